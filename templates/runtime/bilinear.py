import numpy as np


def bilinear(n, factor, dtype):
    """The matrix that makes n cells `factor` times as many, between their centres.

    A new cell is the mean of the two nearest ones, weighted by how near they are; at
    the ends there is only one. All cells are as wide as they are far apart.
    """
    centres = (np.arange(n * factor) + 0.5) / factor - 0.5
    weights = np.maximum(1.0 - np.abs(centres[:, None] - np.arange(n)), 0.0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(dtype)
