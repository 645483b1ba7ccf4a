import numpy as np

from .sparse_rows import sparse_rows


def multi_hot(ids, size):
    """Return rows of ids (N, L) as samples with 1 at these ids; -1 is none."""
    rows, columns = np.nonzero(ids >= 0)
    places = np.unique(rows * size + ids[rows, columns].astype(np.intp))
    return sparse_rows(*np.divmod(places, size), (len(ids), size))
