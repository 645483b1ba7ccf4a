import numpy as np


def moons(samples, noise, seed):
    """Return points (N, 2) of two interleaving half circles, and their classes (N,)."""
    rng = np.random.default_rng(seed)
    moon = rng.permutation(samples) % 2
    angle = np.pi * rng.random(samples)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    x = np.where(moon[:, np.newaxis] == 0, upper, [1.0, 0.5] - upper)
    return x + noise * rng.normal(size=x.shape), moon.astype(np.intp)
