import numpy as np


def spirals(samples, classes, noise, seed):
    """Return points (N, 2) of spiral arms in the unit square, and their classes (N,).

    Each arm makes one turn about (0.5, 0.5). `noise` turns the points, in radians.
    """
    rng = np.random.default_rng(seed)
    arm = rng.permutation(samples) % classes
    radius = rng.random(samples)
    angle = 2 * np.pi * (radius + arm / classes) + noise * rng.normal(size=samples)
    x = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return 0.5 + 0.5 * x, arm.astype(np.intp)
