import numpy as np


def softmax(x, axis):
    """Return exp(x) / sum(exp(x)). Less the largest x, exp cannot overflow."""
    y = np.exp(x - np.max(x, axis=axis, keepdims=True))
    y /= np.sum(y, axis=axis, keepdims=True)
    return y
