import numpy as np


def sparsemax(x, axis):
    """Return max(x - t, 0), with the t that makes the sum over an axis 1.

    If k values are above t, it is (their sum - 1) / k; that is the largest of what any
    number of the largest values would give (Martins and Astudillo, 2016).
    """
    x = x - np.max(x, axis=axis, keepdims=True)  # large numbers keep their digits
    total = np.cumsum(np.flip(np.sort(x, axis=axis), axis=axis), axis=axis)
    shape = [1] * x.ndim
    shape[axis] = -1
    count = np.arange(1, x.shape[axis] + 1, dtype=x.dtype).reshape(shape)
    t = np.max((total - 1.0) / count, axis=axis, keepdims=True)
    return np.maximum(x - t, 0.0)
