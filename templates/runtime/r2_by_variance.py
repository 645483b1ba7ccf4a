import numpy as np


def r2_by_variance(y, p):
    """The R² of each column, weighted by its variance: that of all together."""
    residual = np.square(y - p).sum(dtype=float)
    total = np.square(y - y.mean(axis=0, dtype=float)).sum()
    varied = (y != y[:1]).any()
    return float(1.0 - residual / total) if varied else 0.0
