import numpy as np


def recall(y, taken):
    """How much of what is positive in y was taken for it; 0 where nothing is."""
    return np.count_nonzero(y & taken) / max(np.count_nonzero(y), 1)
