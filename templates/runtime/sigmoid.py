import numpy as np


def sigmoid(x):
    """Return 1 / (1 + exp(-x))."""
    with np.errstate(over="ignore"):  # 1 / inf is 0, as it should be
        return 1.0 / (1.0 + np.exp(-x))
