import numpy as np

from .framed import NO_PADS
from .unfolded import unfolded


def general_convolve(
    x, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), groups=1, at_once=8
):
    """Compute out = conv(x, kernel) with strides, dilation and groups of channels.

    x (B, height, width, in), kernel (height, width, in / groups, out), out (B, rows,
    columns, out). A few images at a time are unfolded into windows, which stay in the
    cache; then it is one product of matrices (Chellapilla et al., 2006).
    """
    size, sites, each = kernel.shape[:2], out.shape[1:3], kernel.shape[3] // groups
    matrix = kernel.reshape(-1, groups, each).swapaxes(0, 1)
    for rows, windows in unfolded(
        x, size, sites, strides, dilation, pads, groups, at_once, kernel.dtype
    ):
        y = out[rows].reshape(-1, groups, each).swapaxes(0, 1)
        np.matmul(windows, matrix, out=y)
