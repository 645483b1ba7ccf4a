import numpy as np


def dense_rows(x, size, dtype):
    """Return sparse samples as an array (N, size)."""
    array = np.zeros((len(x), size), dtype)
    array[:, : x.common.shape[1]] = x.common
    rows = np.repeat(np.arange(len(x)), np.diff(x.starts))
    array[rows, x.columns] = 1 if x.values is None else x.values
    return array
