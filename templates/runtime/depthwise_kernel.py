import numpy as np

from .framed import NO_PADS, framed
from .taps import taps


def depthwise_kernel(
    x, dy, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), at_once=8
):
    """Compute the derivative of `depthwise` with respect to its kernel, from dy."""
    sites, (c, m) = dy.shape[1:3], out.shape[2:]
    product = np.empty((min(len(x), at_once), *sites, c), out.dtype)
    out[...] = 0.0
    for rows, images in framed(x, pads, at_once, out.dtype):
        slope = dy[rows].reshape(len(images), *sites, c, m)
        for place, tap in taps(images, out.shape[:2], sites, strides, dilation):
            for k in range(m):
                z = np.multiply(tap, slope[..., k], out=product[: len(images)])
                out[place][:, k] += z.sum(axis=(0, 1, 2))
