import numpy as np


def mean_and_deviation(x, so_far):
    """Return mean and biased standard deviation of each feature (1 if that is 0).

    It reads blocks of rows, after the transforms so far; NaN is missing.
    """
    starts = range(0, len(x), 4096)
    count = total = squares = np.zeros(())
    for start in starts:
        block = so_far(x[start : start + 4096])
        count = count + np.sum(~np.isnan(block), axis=0)
        total = total + np.nansum(block, axis=0, dtype=np.float64)
    mean = total / np.maximum(count, 1)
    for start in starts:
        block = so_far(x[start : start + 4096])
        squares = squares + np.nansum((block - mean) ** 2, axis=0)
    deviation = np.sqrt(squares / np.maximum(count, 1))
    constant = deviation <= 1e-13 * np.abs(mean)  # but for what rounding leaves
    deviation[constant] = 1.0
    return mean.astype(block.dtype), deviation.astype(block.dtype)
