import numpy as np


def wide_sparse_gradient(x, dy, out):
    """Compute out = x.T @ dy: row i is the sum of dy over the samples that have i."""
    first = x.common.shape[1]
    np.matmul(x.common.astype(dy.dtype).T, dy, out=out[:first])
    out[first:] = 0.0
    for d, start, stop in zip(dy, x.starts, x.starts[1:]):
        values = 1.0 if x.values is None else x.values[start:stop, np.newaxis]
        out[x.columns[start:stop]] += values * d
