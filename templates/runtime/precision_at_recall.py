import numpy as np

from .hits_by_threshold import hits_by_threshold


def precision_at_recall(y, p, least):
    """Return the best precision of those thresholds whose recall is at least that."""
    right, wrong = hits_by_threshold(y, p)
    precision = right / np.maximum(right + wrong, 1)
    recall = right / max(right[-1], 1)
    return float(np.max(precision, where=recall >= least, initial=0.0))
