from .read_idx import read_idx


def read_idx_parts(paths):
    """Read the arrays of each part from IDX files."""
    return {part: tuple(map(read_idx, some)) for part, some in paths.items()}
