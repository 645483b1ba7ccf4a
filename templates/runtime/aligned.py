import shutil

from .number import number


def aligned(values, head="", tail=""):
    """Results on a line or, in a narrow terminal, with validation below training."""
    columns = shutil.get_terminal_size().columns
    line = head + "".join(f"{k} {number(v):8}  " for k, v in values.items()) + tail
    if len(line.rstrip()) <= columns:
        return line.rstrip()
    size = max(map(len, values))
    fit = max(1, (columns - len(head)) // (size + 11))
    cells = {k: f"{k:{size}} {number(v):8}  " for k, v in values.items()}
    parts = [[cells[k] for k in cells if k.startswith("val_") == v] for v in (0, 1)]
    lines = ["".join(p[i : i + fit]) for p in parts for i in range(0, len(p), fit)]
    if len(head + lines[-1] + tail) > columns:
        lines.append("")
    lines[-1] += tail
    return head + f"\n{' ' * len(head)}".join(map(str.rstrip, lines))
