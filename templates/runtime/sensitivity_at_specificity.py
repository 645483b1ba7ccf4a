import numpy as np

from .hits_by_threshold import hits_by_threshold


def sensitivity_at_specificity(y, p, least):
    """Return the best recall where so many of the negatives are left out."""
    right, wrong = hits_by_threshold(y, p)
    sensitivity = right / max(right[-1], 1)
    specificity = (wrong[-1] - wrong) / max(wrong[-1], 1)
    return float(np.max(sensitivity, where=specificity >= least, initial=0.0))
