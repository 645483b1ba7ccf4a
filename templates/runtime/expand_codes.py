import numpy as np


def expand_codes(x, widths):
    """Replace each column with a width by so many columns: 1 at its code, else 0.

    A code of -1 has no such column.
    """
    columns = [
        x[:, i : i + 1] == np.arange(width) if width else x[:, i : i + 1]
        for i, width in enumerate(widths.tolist())
    ]
    return np.concatenate(columns, axis=1, dtype=x.dtype)
