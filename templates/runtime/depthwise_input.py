import numpy as np

from .framed import NO_PADS
from .taps import taps
from .unframed import unframed


def depthwise_input(
    dy, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), at_once=8
):
    """Compute the derivative of `depthwise` with respect to x, from dy."""
    size, (c, m), sites = kernel.shape[:2], kernel.shape[2:], dy.shape[1:3]
    for rows, frame in unframed(out, size, sites, strides, pads, dilation, at_once):
        slope = dy[rows].reshape(-1, *sites, c, m)
        for place, tap in taps(frame, size, sites, strides, dilation):
            for k in range(m):
                np.add(tap, slope[..., k] * kernel[place][:, k], out=tap)
