import functools

import numpy as np


def cells_within(windows, dtype):
    """How many cells of each window lie within its input, for each place of them.

    For each axis: its cells, the size of a window, the stride, how many cells of the
    first window lie before the axis, and how many windows there are.
    """
    counts = []
    for n, size, stride, before, number in windows:
        first = np.arange(number) * stride - before
        counts.append(np.minimum(first + size, n) - np.maximum(first, 0))
    return functools.reduce(np.multiply.outer, counts)[..., None].astype(dtype)
