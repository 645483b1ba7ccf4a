import numpy as np


def precision(y, taken):
    """How much of what was taken for positive is so in y; 0 where nothing was."""
    return np.count_nonzero(y & taken) / max(np.count_nonzero(taken), 1)
