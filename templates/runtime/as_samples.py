import math

import numpy as np

from .input_error import InputError


def as_samples(rows, shape, path):
    """Return the rows as samples (N, *shape); a single sample becomes one row."""
    if rows.shape == shape:
        return rows[np.newaxis]
    if rows.size == 0 or math.prod(rows.shape[1:]) != math.prod(shape):
        raise InputError(
            f"{path}: an array {rows.shape} does not hold samples {shape}; "
            f"give rows of {math.prod(shape)} numbers"
        )
    return rows.reshape(-1, *shape)
