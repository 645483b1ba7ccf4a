import numpy as np

from .framed import NO_PADS, framed
from .taps import taps


def depthwise(x, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), at_once=8):
    """Compute for each channel of the images x its windows times its own kernels.

    x (B, height, width, in), kernel (height, width, in, m), out (B, rows, columns, in *
    m). It goes through the cells of the windows, for a few images at a time.
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
