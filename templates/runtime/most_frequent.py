import numpy as np


def most_frequent(values):
    """The value that is there most often, of several the smallest."""
    found, counts = np.unique(values, return_counts=True)
    return float(found[counts.argmax()])
