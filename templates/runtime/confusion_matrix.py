import numpy as np


def confusion_matrix(right, taken, classes):
    """Count for each class (a row) how often each class (a column) was predicted."""
    cells = right.astype(int) * classes + taken
    counts = np.bincount(cells.reshape(-1), minlength=classes**2)
    return counts.reshape(classes, classes).tolist()
