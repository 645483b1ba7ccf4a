import numpy as np


def circles(samples, noise, seed):
    """Return points (N, 2) on circles of radius 1 (class 0) and 0.5 (class 1)."""
    rng = np.random.default_rng(seed)
    inner = rng.permutation(samples) % 2
    radius, angle = 1 - 0.5 * inner, 2 * np.pi * rng.random(samples)
    x = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return x + noise * rng.normal(size=x.shape), inner.astype(np.intp)
