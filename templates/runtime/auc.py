import numpy as np


def auc(y, p):
    """Return the area under the ROC curve, by ranks (Hanley and McNeil, 1982).

    It is the share of pairs, one positive and one negative, in which the positive has
    the larger output; a tie counts half. Without a pair it is 0.
    """
    y, p = y.reshape(-1), p.reshape(-1)
    positives = np.count_nonzero(y)
    pairs = positives * (y.size - positives)
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2  # from 1; that of a tie is its middle
    above = rank[place[y]].sum() - positives * (positives + 1) / 2
    return float(above / max(pairs, 1))
