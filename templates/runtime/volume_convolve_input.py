import numpy as np

from .as_image_kernel import as_image_kernel
from .convolve_input import convolve_input
from .volume_convolve import NO_ENDS


def volume_convolve_input(
    dy,
    kernel,
    out,
    strides=(1, 1, 1),
    pads=NO_ENDS,
    dilation=(1, 1, 1),
    groups=1,
    at_once=8,
):
    """Compute the derivative of `volume_convolve` with respect to x, from dy.

    It is that of a convolution of images, whose channels are added to the slices that
    they came from.
    """
    depth, c, matrix = len(kernel), kernel.shape[3], as_image_kernel(kernel)
    (n, sites), (_, length, *size, _) = dy.shape[:2], out.shape
    (before, _), stride, step = pads[0], strides[0], dilation[0]
    across = (strides[1:], pads[1:], dilation[1:], groups, at_once)
    slices = max(before + length, (sites - 1) * stride + (depth - 1) * step + 1)
    few = max(1, at_once // sites)
    for first in range(0, n, few):
        rows = slice(first, min(first + few, n))
        slope = dy[rows].reshape(-1, *dy.shape[2:])
        images = np.empty((len(slope), *size, groups * depth * c), out.dtype)
        convolve_input(slope, matrix, images, *across)
        images = images.reshape(-1, sites, *size, groups, depth, c)
        frame = np.zeros((len(images), slices, *size, groups, c), out.dtype)
        for i in range(depth):
            last = i * step + (sites - 1) * stride
            frame[:, i * step : last + 1 : stride] += images[..., i, :]
        out[rows] = frame[:, before : before + length].reshape(out[rows].shape)
