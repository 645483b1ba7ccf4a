import numpy as np

from .framed import NO_PADS, framed
from .taps import taps


def depthwise(x, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), at_once=8):
    """The sum of each window of each channel of the images x times its kernels.

    x (B, height, width, in), kernel (height, width, in, m), out (B, rows, columns, in *
    m). Cell after cell of the windows, for some images at once that stay in the cache.
    """
    sites, (c, m) = out.shape[1:3], kernel.shape[2:]
    product = np.empty((min(len(x), at_once), *sites, c), out.dtype)
    for rows, images in framed(x, pads, at_once, out.dtype):
        y = out[rows].reshape(len(images), *sites, c, m)
        y[...] = 0.0
        for place, tap in taps(images, kernel.shape[:2], sites, strides, dilation):
            for k in range(m):
                z = np.multiply(tap, kernel[place][:, k], out=product[: len(images)])
                y[..., k] += z
