import numpy as np

from .hits_by_threshold import hits_by_threshold


def recall_at_precision(y, p, least):
    """Return the best recall of those thresholds whose precision is at least that."""
    right, wrong = hits_by_threshold(y, p)
    precision = right / np.maximum(right + wrong, 1)
    recall = right / max(right[-1], 1)
    return float(np.max(recall, where=precision >= least, initial=0.0))
