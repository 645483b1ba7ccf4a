import numpy as np

from .framed import NO_PADS
from .taps import taps


def depthwise_input(
    dy, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), at_once=8
):
    """The derivative of `depthwise` by its x, by that of its output, dy."""
    (kh, kw, c, m), sites, (height, width) = kernel.shape, dy.shape[1:3], out.shape[1:3]
    (top, _), (left, _) = pads
    rows = max(top + height, (sites[0] - 1) * strides[0] + (kh - 1) * dilation[0] + 1)
    columns = max(
        left + width, (sites[1] - 1) * strides[1] + (kw - 1) * dilation[1] + 1
    )
    for first in range(0, len(dy), at_once):
        part = dy[first : first + at_once].reshape(-1, *sites, c, m)
        frame = np.zeros((len(part), rows, columns, c), dy.dtype)
        for place, tap in taps(frame, (kh, kw), sites, strides, dilation):
            for k in range(m):
                np.add(tap, part[..., k] * kernel[place][:, k], out=tap)
        inner = frame[:, top : top + height, left : left + width]
        out[first : first + len(part)] = inner
