import numpy as np


def sine(samples, noise, seed):
    """Return numbers x (N, 1) from -pi to pi, and y = sin(x) + noise (N, 1)."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-np.pi, np.pi, size=(samples, 1))
    return x, np.sin(x) + noise * rng.normal(size=x.shape)
