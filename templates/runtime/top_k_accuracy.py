import numpy as np


def top_k_accuracy(label, p, k):
    """Return how often fewer than k outputs are larger than that of the label."""
    inside = (label >= 0) & (label < p.shape[-1])
    own = np.take_along_axis(p, np.where(inside, label, 0)[..., None], axis=-1)
    return np.mean(inside & (np.sum(~(p <= own), axis=-1) < k))
