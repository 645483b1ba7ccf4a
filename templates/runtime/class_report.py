import numpy as np


def class_report(matrix, classes):
    """Return precision, recall, f1 and support of each class, and their means.

    They are computed of a confusion matrix, as scikit-learn's classification_report
    does: `weighted avg` weighs a class by its support. What is 0 / 0 is 0.
    """
    right = np.diagonal(matrix).astype(float)
    support, taken = np.sum(matrix, axis=1), np.sum(matrix, axis=0)
    precision, recall = right / np.maximum(taken, 1), right / np.maximum(support, 1)
    f1 = 2 * right / np.maximum(taken + support, 1)
    scores = np.stack([precision, recall, f1], axis=1)
    total = int(support.sum())
    rows = [(str(k), s, int(n)) for k, s, n in zip(classes, scores, support)]
    rows += [("macro avg", scores.mean(axis=0), total)]
    rows += [("weighted avg", support @ scores / max(total, 1), total)]
    names = "precision", "recall", "f1"
    return {k: dict(zip(names, s.tolist())) | {"support": n} for k, s, n in rows}
