import numpy as np


def most_frequent(values):
    """Return the most frequent value; of equally frequent ones, the smallest."""
    found, counts = np.unique(values, return_counts=True)
    return float(found[counts.argmax()])
