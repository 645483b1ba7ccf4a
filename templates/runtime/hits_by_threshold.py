import numpy as np


def hits_by_threshold(y, p):
    """Count true and false positives above each threshold, from the highest on down.

    Thresholds lie between the values of p: each is above all, or below some of them.
    """
    y, p = y.reshape(-1), p.reshape(-1)
    order = np.argsort(-p, kind="stable")
    y, p = y[order], p[order]
    taken = np.flatnonzero(np.append(p[1:] != p[:-1], True))  # the last of each value
    right = np.append(0, np.cumsum(y)[taken])
    return right, np.append(0, taken + 1) - right
