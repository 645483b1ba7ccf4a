import numpy as np


def r2_by_variance(y, p):
    """Return the mean R² of the columns, weighted by their variances."""
    varied = (y != y[:1]).any(axis=0)  # the others have no weight
    residual = np.square(y - p).sum(axis=0, dtype=float)[varied].sum()
    total = np.square(y - y.mean(axis=0, dtype=float)).sum()
    return float(1.0 - residual / total) if varied.any() else 0.0
