import numpy as np


def log_softmax(x, axis):
    """Return log(softmax(x)) = x - log(sum(exp(x))), also where softmax(x) is 0."""
    y = x - np.max(x, axis=axis, keepdims=True)
    y -= np.log(np.sum(np.exp(y), axis=axis, keepdims=True))
    return y
