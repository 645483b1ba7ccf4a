import numpy as np

from .framed import NO_PADS
from .taps import taps
from .unframed import unframed


def convolve_input(
    dy, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), groups=1, at_once=8
):
    """Compute the derivative of `conv(x, kernel)` with respect to x, from dy.

    Each dy times the kernel is added to the window that it came from.
    """
    size, (c, filters), sites = kernel.shape[:2], kernel.shape[2:], dy.shape[1:3]
    matrix = kernel.reshape(-1, groups, filters // groups).transpose(1, 2, 0)
    cells = np.empty((min(len(dy), at_once), *sites, groups, *size, c), dy.dtype)
    for rows, frame in unframed(out, size, sites, strides, pads, dilation, at_once):
        slope = dy[rows].reshape(-1, groups, filters // groups).swapaxes(0, 1)
        windows = cells[: len(frame)]
        flat = windows.reshape(slope.shape[1], groups, -1).swapaxes(0, 1)
        np.matmul(slope, matrix, out=flat)
        images = frame.reshape(*frame.shape[:3], groups, c)
        for (i, j), tap in taps(images, size, sites, strides, dilation):
            np.add(tap, windows[..., i, j, :], out=tap)
