import numpy as np

from .windows import windows


def convolve(x, kernel, out, at_once):
    """Compute out = conv(x, kernel): each window of the images x times the kernel.

    x (B, height, width, in), kernel (height, width, in, out), out (B, rows, columns,
    out). A few images at a time are unfolded into their windows, which stay in the
    cache; then it is one product of matrices (Chellapilla et al., 2006).
    """
    height, width, _, filters = kernel.shape
    for first in range(0, len(x), at_once):
        images = slice(first, first + at_once)
        y = out[images].reshape(-1, filters)
        np.matmul(windows(x[images], height, width), kernel.reshape(-1, filters), out=y)
