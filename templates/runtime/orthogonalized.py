import numpy as np


def orthogonalized(x, steps, a, b, c):
    """Return about the orthogonal matrix nearest to x: its singular values near 1.

    Each step is the polynomial a * s + b * s**3 + c * s**5 of all singular values s, an
    iteration of Newton and Schulz (Jordan and others, 2024). What has more rows than
    columns is transposed, so that the products are small.
    """
    if x.shape[0] > x.shape[1]:
        return orthogonalized(x.T, steps, a, b, c).T
    x = x / (np.linalg.norm(x) + 1e-7)  # no singular value is above 1
    for _ in range(steps):
        squares = x @ x.T
        x = a * x + (b * squares + c * squares @ squares) @ x
    return x
