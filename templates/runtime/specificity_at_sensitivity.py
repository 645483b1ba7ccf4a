import numpy as np

from .hits_by_threshold import hits_by_threshold


def specificity_at_sensitivity(y, p, least):
    """Return the largest share of negatives left out where recall is at least that."""
    right, wrong = hits_by_threshold(y, p)
    sensitivity = right / max(right[-1], 1)
    specificity = (wrong[-1] - wrong) / max(wrong[-1], 1)
    return float(np.max(specificity, where=sensitivity >= least, initial=0.0))
