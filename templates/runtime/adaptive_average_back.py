import numpy as np

from .adaptive_windows import adaptive_windows


def adaptive_average_back(dy, out):
    """Compute the derivative of `adaptive_average` with respect to x, from dy."""
    axes = tuple(range(1, out.ndim - 1))
    out.fill(0.0)
    for place, cells in adaptive_windows(out.shape[1:-1], dy.shape[1:-1]):
        window = out[cells]
        share = dy[place] / (window[0, ..., 0].size)
        window += np.expand_dims(share, axes)
