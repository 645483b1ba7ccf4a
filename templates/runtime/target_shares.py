import numpy as np

from .input_error import InputError
from .target_values import target_values


def target_shares(y, n, shape, where):
    """Return labels from 0 to 1 in the shape of the network's outputs."""
    y = target_values(y, n, shape, where)
    odd = np.argwhere((y < 0) | (y > 1))
    if len(odd):
        raise InputError(
            f"{where(odd[0][0])}: the label {y[tuple(odd[0])]} is not from 0 to 1; "
            "correct it, or take a loss for values or for more classes"
        )
    return y
