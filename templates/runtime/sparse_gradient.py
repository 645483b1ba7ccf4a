import numpy as np


def sparse_gradient(x, dy, out):
    """Compute out = x.T @ dy: row i is the sum of dy over the samples that have i."""
    first = x.common.shape[1]
    np.matmul(x.common.astype(dy.dtype).T, dy, out=out[:first])
    out[first:] = 0.0
    # Two numbers make a complex one, which halves the number of additions.
    kind = dy.dtype if dy.shape[1] % 2 else np.result_type(dy, 1j)
    columns, counts = x.columns.astype(np.intp), np.diff(x.starts)
    for sums, of_samples in zip(out.view(kind).T, dy.view(kind).T):
        terms = np.repeat(of_samples, counts)
        if x.values is not None:
            terms *= x.values
        np.add.at(sums, columns, terms)
