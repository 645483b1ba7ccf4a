import numpy as np


def low_and_range(x, so_far):
    """The smallest value of each feature, and from there to its largest (1 if it is 0).

    Read in blocks of rows, to which the transforms so far are applied; NaN is missing.
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
