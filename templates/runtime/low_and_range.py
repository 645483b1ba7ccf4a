import numpy as np


def low_and_range(x, so_far):
    """Return the smallest value of each feature, and its range (1 if that is 0).

    It reads blocks of rows, after the transforms so far; NaN is missing.
    """
    low = np.inf
    high = -np.inf
    for start in range(0, len(x), 4096):
        block = so_far(x[start : start + 4096])
        low = np.fmin(low, np.fmin.reduce(block))
        high = np.fmax(high, np.fmax.reduce(block))
    width = np.asarray(high - low)
    width[width == 0] = 1
    return np.asarray(low), width
