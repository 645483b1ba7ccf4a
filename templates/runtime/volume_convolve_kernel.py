import numpy as np

from .general_convolve_kernel import general_convolve_kernel
from .sliced import sliced
from .volume_convolve import NO_ENDS


def volume_convolve_kernel(
    x,
    dy,
    out,
    strides=(1, 1, 1),
    pads=NO_ENDS,
    dilation=(1, 1, 1),
    groups=1,
    at_once=8,
):
    """Compute the derivative of `volume_convolve` by its kernel, from dy."""
    depth, height, width, c, filters = out.shape
    part = np.empty((height, width, depth * c, filters), out.dtype)
    across = (strides[1:], pads[1:], dilation[1:], groups, at_once)
    out[...] = 0.0
    for rows, images in sliced(
        x, depth, dy.shape[1], strides[0], dilation[0], pads[0], groups, at_once
    ):
        slope = dy[rows].reshape(-1, *dy.shape[2:])
        general_convolve_kernel(images, slope, part, *across)
        out += part.reshape(height, width, depth, c, filters).transpose(2, 0, 1, 3, 4)
