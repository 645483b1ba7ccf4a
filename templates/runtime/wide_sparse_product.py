import numpy as np


def wide_sparse_product(x, kernel, out):
    """Compute out = x @ kernel: for each sample, the sum of the rows of its columns.

    It takes one sample at a time: the rows of a wide kernel for all would fill memory.
    """
    first, ones = x.common.shape[1], np.ones(len(x.columns), kernel.dtype)
    np.matmul(x.common.astype(kernel.dtype), kernel[:first], out=out)
    values = ones if x.values is None else x.values
    for i, (start, stop) in enumerate(zip(x.starts, x.starts[1:])):
        out[i] += values[start:stop] @ kernel[x.columns[start:stop]]
