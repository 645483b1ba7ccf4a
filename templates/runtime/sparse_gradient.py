import numpy as np


def sparse_gradient(x, dy, out):
    """out = x.T @ dy: each row is the sum of dy over the samples that name it."""
    first = x.common.shape[1]
    np.matmul(x.common.astype(dy.dtype).T, dy, out=out[:first])
    out[first:] = 0.0
    rows = np.repeat(dy, np.diff(x.starts), axis=0)
    if x.values is not None:
        rows *= x.values[:, np.newaxis]
    # Two numbers make a complex one, which halves the number of additions.
    kind = dy.dtype if dy.shape[1] % 2 else np.result_type(dy, 1j)
    flat, width = out.reshape(-1).view(kind), rows.view(kind).shape[1]
    places = x.columns[:, np.newaxis] * width + np.arange(width)
    np.add.at(flat, places.reshape(-1), rows.reshape(-1).view(kind))
