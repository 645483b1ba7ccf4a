import numpy as np

from .input_error import InputError
from .target_values import target_values


def target_signs(y, n, shape, where):
    """Return labels of -1 and 1, or 0 and 1, in the shape of the network's outputs."""
    y = target_values(y, n, shape, where)
    low = -1 if (y == -1).any() else 0
    odd = np.argwhere((y != low) & (y != 1))
    if len(odd):
        raise InputError(
            f"{where(odd[0][0])}: the label {y[tuple(odd[0])]} is neither {low} nor 1; "
            "correct it, or take a loss for values or for more classes"
        )
    return y
