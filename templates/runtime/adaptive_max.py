from .adaptive_windows import adaptive_windows


def adaptive_max(x, out):
    """Compute the largest of each window of x (B, ..., c), as many as `out` has."""
    axes = tuple(range(1, x.ndim - 1))
    for place, cells in adaptive_windows(x.shape[1:-1], out.shape[1:-1]):
        x[cells].max(axis=axes, out=out[place])
