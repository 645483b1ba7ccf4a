import math

import numpy as np

from .input_error import InputError


def class_indices(y, n, shape, where):
    """Return the labels of n samples as indices of classes, from 0 to shape[-1] - 1."""
    if y.dtype.kind not in "biuf" or y.size != n * math.prod(shape[:-1]):
        found = f"labels {y.dtype} {y.shape} for {n} samples"
        raise InputError(f"{where(0)}: {found}; give each the index of its class")
    y = y.reshape(n, *shape[:-1])
    if odd := np.argwhere((y < 0) | (y >= shape[-1]) | (y != np.floor(y))).tolist():
        label = f"{where(odd[0][0])}: the label {y[tuple(odd[0])]} is no class"
        raise InputError(f"{label} from 0 to {shape[-1] - 1}; classes count from 0")
    return y.astype(np.intp)
