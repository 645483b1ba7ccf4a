import numpy as np


def sparse_product(x, kernel, out):
    """Compute out = x @ kernel: for each sample, the sum of the rows of its columns."""
    first = x.common.shape[1]
    np.matmul(x.common.astype(kernel.dtype), kernel[:first], out=out)
    rows = np.take(kernel, x.columns, axis=0, mode="clip")
    if x.values is not None:
        rows *= x.values[:, np.newaxis]
    # Two numbers make a complex one, which halves the number of additions.
    kind = kernel.dtype if kernel.shape[1] % 2 else np.result_type(kernel, 1j)
    some = np.flatnonzero(np.diff(x.starts))
    sums = np.add.reduceat(rows.view(kind), x.starts[some], axis=0)
    out[some] += sums.view(out.dtype)
