import numpy as np


def divide_spectrum(kernel, u, iterations):
    """Divide a kernel by its largest singular value, in place; one of zeros stays.

    Its last axis makes the columns of a matrix. From u (1, columns), each iteration
    comes nearer to the direction in which that matrix is largest.
    """
    matrix = kernel.reshape(-1, kernel.shape[-1])
    if not matrix.any():
        return
    for _ in range(iterations):
        v = u @ matrix.T
        v /= max(np.linalg.norm(v), 1e-12)
        np.matmul(v, matrix, out=u)
        u /= max(np.linalg.norm(u), 1e-12)
    kernel /= v @ matrix @ u.T
