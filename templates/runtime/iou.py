import numpy as np


def iou(right, taken, classes):
    """Return the mean intersection over union of some classes (Jaccard, 1901).

    Both mark for each sample, and for each class, whether it is that. What has no class
    does not count, nor does a class that is nowhere.
    """
    right = right.reshape(-1, right.shape[-1])
    taken = taken.reshape(right.shape) & right.any(axis=-1, keepdims=True)
    both = np.sum(right & taken, axis=0)[classes]
    either = np.sum(right | taken, axis=0)[classes]
    return float(
        np.sum(both / np.maximum(either, 1)) / max(np.count_nonzero(either), 1)
    )
