import numpy as np

from .input_error import InputError


def log_of(y, where):
    """Return the logarithm of targets; one that is not above 0 is an error."""
    if odd := np.argwhere(~(y > 0)).tolist():
        found = (
            f"{where(odd[0][0])}: the target is {y[tuple(odd[0])]:g} with the offset"
        )
        raise InputError(f"{found} of log(target), not above 0; give a larger offset")
    return np.log(y)
