import sys


def tell_unknown(unknown, path):
    """Say on standard error how many cells of which columns had unknown categories."""
    cells = [f"{count} in column {name!r}" for name, count in unknown.items() if count]
    if cells and sys.stderr:
        found = (
            f"cells with categories that the training part lacks: {', '.join(cells)}"
        )
        print(f"{path}: {found}", file=sys.stderr)
