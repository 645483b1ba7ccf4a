import numpy as np

from .class_numbers import class_numbers
from .encode_cells import encode_cells
from .input_error import InputError


def encode_classes(cells, where, names, learnt, missing, ignored=None, last=False):
    """Return the cells of the target, (N, 1), as the numbers of their classes."""
    classes, place = learnt.get("data/classes"), f", column {names[0]!r}"
    if classes is None or classes.dtype.kind != "U":
        y = encode_cells(cells, where, names, {}, missing)[:, 0]
    else:
        y = cells[:, 0].astype(str)
        for row in np.flatnonzero(np.isin(y, missing)):
            way_out = "fill it in, or leave the row out"
            raise InputError(f"{where(row)}{place}: the value is missing; {way_out}")
    return class_numbers(y, learnt, lambda row: where(row) + place, ignored, last)
