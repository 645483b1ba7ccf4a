import numpy as np

from .class_indices import class_indices


def indices_or_ignored(y, n, shape, where, ignored):
    """Return labels as indices of classes; those that are ignored stay as they are."""
    counted = np.where(y == ignored, 0, y) if y.dtype.kind in "biuf" else y
    known = class_indices(counted, n, shape, where)
    return np.where(y.reshape(known.shape) == ignored, ignored, known)
