import functools

import numpy as np


def cells_within(windows, dtype):
    """Count the cells of each window that lie inside the input.

    For each axis `edges` has: the number of cells, the size of a window, the stride,
    how far the first window reaches before the axis, and the number of windows.
    """
    counts = []
    for n, size, stride, before, number in windows:
        first = np.arange(number) * stride - before
        counts.append(np.minimum(first + size, n) - np.maximum(first, 0))
    return functools.reduce(np.multiply.outer, counts)[..., None].astype(dtype)
