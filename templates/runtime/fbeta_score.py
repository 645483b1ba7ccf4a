import numpy as np


def fbeta_score(y, taken, beta):
    """Compute (1 + beta²) TP / ((1 + beta²) TP + beta² FN + FP) of each column.

    Recall counts beta times as much as precision (van Rijsbergen, 1979); it is 0 where
    TP, FP and FN are 0.
    """
    square = beta * beta
    right = (1.0 + square) * np.sum(y * taken, axis=0, dtype=float)
    total = square * np.sum(y, axis=0, dtype=float) + np.sum(taken, axis=0)
    return np.divide(right, total, out=np.zeros_like(total), where=total > 0.0)
