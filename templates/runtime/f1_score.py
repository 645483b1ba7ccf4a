import numpy as np


def f1_score(y, taken):
    """Compute 2 TP / (2 TP + FP + FN) of each column (van Rijsbergen, 1979).

    It is the harmonic mean of precision and recall; 0 where TP, FP and FN are 0.
    """
    right = np.sum(y * taken, axis=0, dtype=float)
    total = np.sum(y, axis=0, dtype=float) + np.sum(taken, axis=0)
    return np.divide(2.0 * right, total, out=np.zeros_like(total), where=total > 0.0)
