from .class_numbers import class_numbers
from .encode_cells import TARGET_WAY_OUT, encode_cells
from .input_error import InputError


def encode_classes(rows, names, learnt, missing, ignored=None, last=False):
    """Return the cells of the target as the numbers of their classes."""
    classes, place = learnt.get("data/classes"), f", column {names[0]!r}"
    if classes is None or classes.dtype.kind != "U":
        y = encode_cells(rows, names, {}, missing, target=True)[:, 0]
    else:
        y = rows.texts(names[0])
        absent = [row for row, t in enumerate(y) if t.lower() in missing["texts"]]
        if absent:
            more = f" (and {len(absent) - 1} more cells)" * (len(absent) > 1)
            what = f"{rows.where(absent[0])}{place}: the value is missing{more}"
            raise InputError(f"{what}; fill it in{TARGET_WAY_OUT}")
        y = y.astype(str)
    return class_numbers(y, learnt, lambda row: rows.where(row) + place, ignored, last)
