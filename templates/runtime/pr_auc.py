import numpy as np


def pr_auc(y, p):
    """Return the area under precision over recall (Davis and Goadrich, 2006).

    Between two values of p, positives and negatives come at an even rate. It is 0 where
    there are no positives.
    """
    y, p = y.reshape(-1), p.reshape(-1)
    order = np.argsort(-p, kind="stable")
    y, p = y[order], p[order]
    taken = 1 + np.flatnonzero(np.append(p[1:] != p[:-1], True))  # after each value
    right = np.cumsum(y)[taken - 1]
    more, found = np.diff(taken, prepend=0), np.diff(right, prepend=0)
    rate = found / more
    growth = np.log(taken / np.maximum(taken - more, 1))
    growth[0] = 0.0  # the first value has its precision from the start
    area = rate * (found + (right - rate * taken) * growth)
    return float(area.sum() / max(right[-1], 1))
