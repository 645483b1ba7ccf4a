import numpy as np


def blobs(samples, classes, noise, seed):
    """Return points (N, 2) around centres on the unit circle, and their classes (N,).

    `noise` is the standard deviation in each direction.
    """
    rng = np.random.default_rng(seed)
    blob = rng.permutation(samples) % classes
    angle = 2 * np.pi * blob / classes
    x = np.column_stack([np.cos(angle), np.sin(angle)])
    return x + noise * rng.normal(size=x.shape), blob.astype(np.intp)
