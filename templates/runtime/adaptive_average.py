import numpy as np

from .adaptive_windows import adaptive_windows


def adaptive_average(x, out):
    """Compute the mean of each window of x (B, ..., c), as many as `out` has.

    The sums are in float64, as those of float32 drift.
    """
    axes = tuple(range(1, x.ndim - 1))
    for place, cells in adaptive_windows(x.shape[1:-1], out.shape[1:-1]):
        np.mean(x[cells], axis=axes, dtype=float, out=out[place])
