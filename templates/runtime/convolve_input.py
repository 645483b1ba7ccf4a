import numpy as np

from .framed import NO_PADS
from .taps import taps


def convolve_input(
    dy, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), groups=1, at_once=8
):
    """The derivative of `convolve` by its x, by that of its output, dy.

    Each dy times the kernel is added to the window that it came of.
    """
    kh, kw, c, filters = kernel.shape
    (oh, ow), (height, width), each = dy.shape[1:3], out.shape[1:3], filters // groups
    (top, _), (left, _) = pads
    rows = max(top + height, (oh - 1) * strides[0] + (kh - 1) * dilation[0] + 1)
    columns = max(left + width, (ow - 1) * strides[1] + (kw - 1) * dilation[1] + 1)
    matrix = kernel.reshape(-1, groups, each).transpose(1, 2, 0)
    for first in range(0, len(dy), at_once):
        part = dy[first : first + at_once]
        n = len(part)
        windows = np.empty((n, oh, ow, groups, kh, kw, c), dy.dtype)
        np.matmul(
            part.reshape(-1, groups, each).swapaxes(0, 1),
            matrix,
            out=windows.reshape(n * oh * ow, groups, -1).swapaxes(0, 1),
        )
        frame = np.zeros((n, rows, columns, groups, c), dy.dtype)
        for (i, j), tap in taps(frame, (kh, kw), (oh, ow), strides, dilation):
            np.add(tap, windows[..., i, j, :], out=tap)
        inner = frame[:, top : top + height, left : left + width]
        out[first : first + n] = inner.reshape(n, height, width, groups * c)
