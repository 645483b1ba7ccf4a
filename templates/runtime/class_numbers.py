import numpy as np

from .input_error import InputError


def class_numbers(y, learnt, where="row {}".format, ignored=None, last=False):
    """Return labels y as the numbers of their classes, if classes were learnt.

    Beside classes of texts, a number is that of a class already. One that is `ignored`
    stays as it is; `last` says that a split took the last rows.
    """
    classes, numbers = learnt.get("data/classes"), y.dtype.kind in "biuf"
    if classes is None or not (numbers or y.dtype.kind in "SU"):
        return y
    if numbers and classes.dtype.kind == "U":
        return y
    y, names = (y, classes) if numbers else (y.astype(str), classes.astype(str))
    order = np.argsort(names)
    places = np.searchsorted(names, y, sorter=order)
    found = order[np.minimum(places, len(names) - 1)]
    counts = np.ones(y.shape, bool) if ignored is None else y != ignored
    if odd := np.argwhere(counts & (names[found] != y)).tolist():
        label, known = y[tuple(odd[0])].item(), classes.tolist()
        few = ", ".join(map(repr, known[:10])) + ", ..." * (len(known) > 10)
        found = f"{where(odd[0][0])}: the label {label!r} is none of the classes {few}"
        way_out = ", or split with seed=0 or stratify=true" * last
        raise InputError(f"{found}; correct it, leave such rows out{way_out}")
    return np.where(counts, found, -1 if ignored is None else ignored)
