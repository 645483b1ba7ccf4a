import numpy as np


def largest(p):
    """Where each row has its largest output, all of equal ones; none in one of 0."""
    return (p >= p.max(axis=-1, keepdims=True)) & (np.abs(p) > 1e-9)
