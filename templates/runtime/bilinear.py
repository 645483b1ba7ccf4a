import numpy as np


def bilinear(n, factor, dtype):
    """Return the matrix that interpolates n cells to `factor` times as many.

    A new cell is the mean of the two nearest old ones, weighted by nearness; beyond the
    first and last centre it is the nearest one.
    """
    centres = (np.arange(n * factor) + 0.5) / factor - 0.5
    weights = np.maximum(1.0 - np.abs(centres[:, None] - np.arange(n)), 0.0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(dtype)
