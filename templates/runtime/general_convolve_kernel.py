import numpy as np

from .framed import NO_PADS
from .unfolded import unfolded


def general_convolve_kernel(
    x, dy, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), groups=1, at_once=8
):
    """Compute the derivative of `general_convolve` by its kernel, from dy."""
    size, sites, each = out.shape[:2], dy.shape[1:3], out.shape[3] // groups
    matrix = out.reshape(-1, groups, each).swapaxes(0, 1)
    matrix[...] = 0.0
    for rows, windows in unfolded(
        x, size, sites, strides, dilation, pads, groups, at_once, out.dtype
    ):
        slope = dy[rows].reshape(-1, groups, each).swapaxes(0, 1)
        matrix += np.matmul(windows.swapaxes(1, 2), slope)
