import numpy as np


def concordance_correlation(y, p, axis):
    """Return the mean of 2 cov / (var(y) + var(p) + shift**2) over an axis (Lin, 1989).

    With 1e-7 more, the division stays finite; shift is the distance of the means.
    """
    y_mean, p_mean = (a.mean(axis=axis, keepdims=True, dtype=float) for a in (y, p))
    covariance = np.mean((y - y_mean) * (p - p_mean), axis=axis)
    shift = np.squeeze(y_mean - p_mean, axis=axis)
    total = np.var(y, axis=axis, dtype=float) + np.var(p, axis=axis, dtype=float)
    return float(np.mean(2.0 * covariance / (total + np.square(shift) + 1e-7)))
