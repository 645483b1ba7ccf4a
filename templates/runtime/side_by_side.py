import numpy as np

from .dense_rows import dense_rows


def side_by_side(x, sizes, dtype):
    """Return numbers and the words beside them as one array; each bag has its size."""
    bags = [dense_rows(bag, size, dtype) for bag, size in zip(x.others, sizes)]
    return np.hstack([x.numbers, *bags])
