import numpy as np

from .input_error import InputError


def as_texts(rows):
    """Rows as an array of texts; a text alone is a fault."""
    rows = [] if isinstance(rows, str) or not hasattr(rows, "__iter__") else [*rows]
    if not rows or not all(isinstance(row, str) for row in rows):
        raise InputError("rows: give a list of texts, even for one")
    return np.array(rows, object)
