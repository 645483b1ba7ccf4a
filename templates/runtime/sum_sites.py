import numpy as np


def sum_sites(x, out=None):
    """Sum over all axes but the last: as a product, which is faster."""
    rows = x.reshape(-1, x.shape[-1])
    return np.matmul(np.ones(len(rows), x.dtype), rows, out=out)
