import numpy as np


def top_k(p, k):
    """Mark the k largest outputs of each row; of equal ones, the first."""
    mask = np.zeros(p.shape, bool)
    largest = np.argsort(-p, axis=-1, kind="stable")[..., :k]
    np.put_along_axis(mask, largest, True, axis=-1)
    return mask
