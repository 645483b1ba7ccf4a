import numpy as np


def xor(samples, noise, seed):
    """Return points (N, 2) around the corners of a square, and their xor (N,)."""
    rng = np.random.default_rng(seed)
    corner = rng.permutation(samples) % 4
    a, b = corner // 2, corner % 2
    x = np.column_stack([a, b]) + noise * rng.normal(size=(samples, 2))
    return x, (a ^ b).astype(np.intp)
