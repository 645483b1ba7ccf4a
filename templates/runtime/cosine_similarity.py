import numpy as np


def cosine_similarity(y, p):
    """Return the mean cosine between y and p over the last axis; lengths above 1e-7."""
    length = np.maximum(np.linalg.norm(y, axis=-1), 1e-7)
    length = length * np.maximum(np.linalg.norm(p, axis=-1), 1e-7)
    return np.mean(np.sum(y * p, axis=-1) / length)
