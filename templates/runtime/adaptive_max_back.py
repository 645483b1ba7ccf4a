import numpy as np

from .adaptive_windows import adaptive_windows


def adaptive_max_back(x, dy, out):
    """Compute the derivative of `adaptive_max` with respect to x, from dy.

    Of several that are as large, the first has it: first along the last axis, as an
    axis after the other is pooled.
    """
    last = x.ndim - 1
    order = (0, *range(last - 1, 0, -1), last)  # its own inverse
    out.fill(0.0)
    for place, cells in adaptive_windows(x.shape[1:-1], dy.shape[1:-1]):
        window = x[cells].transpose(order)
        rows = window.reshape(len(x), -1, x.shape[-1])
        slope = np.zeros_like(rows)
        first = rows.argmax(axis=1)[:, None]
        np.put_along_axis(slope, first, dy[place][:, None], axis=1)
        out[cells] += slope.reshape(window.shape).transpose(order)
