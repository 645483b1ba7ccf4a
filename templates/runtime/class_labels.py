import numpy as np

from .input_error import InputError


def class_labels(y, n, shape, where):
    """Return the labels of n samples, one each: any whole numbers, one for a class."""
    if y.dtype.kind not in "biuf" or y.size != n:
        found = f"labels {y.dtype} {y.shape} for {n} samples"
        raise InputError(f"{where(0)}: {found}; give each the number of its class")
    y = y.reshape(n)
    if odd := np.argwhere(~((np.abs(y) < 2**53) & (y == np.floor(y)))).tolist():
        label = f"{where(odd[0][0])}: the label {y[odd[0][0]]}"
        raise InputError(f"{label} is no whole number; number the classes")
    return y.astype(np.intp)
