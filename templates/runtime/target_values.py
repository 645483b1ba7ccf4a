import math

import numpy as np

from .input_error import InputError


def target_values(y, n, shape, where):
    """Return the labels of n samples in the shape of the network's outputs."""
    if y.dtype.kind not in "biuf" or y.size != n * math.prod(shape):
        raise InputError(
            f"{where(0)}: labels {y.dtype} {y.shape} for {n} samples with outputs "
            f"{shape}; change the last layer, or write one_hot(target) for classes"
        )
    odd = np.argwhere(~(np.abs(y) < np.float32(1e38)))
    if len(odd):
        label = f"{where(odd[0][0])}: the label {y[tuple(odd[0])]}"
        raise InputError(f"{label} is no number up to 1e38; correct it")
    return y.reshape(n, *shape)
