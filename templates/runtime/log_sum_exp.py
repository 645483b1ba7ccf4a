import numpy as np


def log_sum_exp(x, axis, keepdims):
    """Return log(sum(exp(x))). Less the largest x, exp cannot overflow."""
    peak = np.max(x, axis=axis, keepdims=True)
    total = np.sum(np.exp(x - peak), axis=axis, keepdims=keepdims)
    return np.log(total) + peak.reshape(total.shape)
