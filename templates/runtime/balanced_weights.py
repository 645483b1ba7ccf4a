import numpy as np


def balanced_weights(labels, classes):
    """Return a weight for each class, so that all classes that occur count the same."""
    counts = np.bincount(labels.reshape(-1), minlength=classes)
    return counts.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))
