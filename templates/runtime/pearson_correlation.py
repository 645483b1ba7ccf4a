import numpy as np


def pearson_correlation(y, p, axis):
    """Return the mean of cov(y, p) / (std(y) * std(p)) over an axis (Pearson, 1895).

    It is 0 where y or p does not change.
    """
    y = y - y.mean(axis=axis, keepdims=True, dtype=float)
    p = p - p.mean(axis=axis, keepdims=True, dtype=float)
    spread = np.sqrt(np.sum(y * y, axis=axis) * np.sum(p * p, axis=axis))
    product = np.sum(y * p, axis=axis)
    return float(np.mean(product / np.where(spread > 0.0, spread, np.inf)))
