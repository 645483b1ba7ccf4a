import numpy as np


def linear(samples, noise, seed):
    """Return numbers x (N, 1) from -1 to 1, and y = 2x + 1 + noise (N, 1)."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(samples, 1))
    return x, 2 * x + 1 + noise * rng.normal(size=x.shape)
