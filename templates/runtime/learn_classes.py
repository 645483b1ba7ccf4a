import numpy as np

from .input_error import InputError


def learn_classes(y, count, place, low=0, whole=True, last=False):
    """Return the `count` classes of labels y in order: numbers by size, texts by name.

    It is nothing where labels are classes as they stand: `whole` numbers, or any, from
    `low` to `count` - 1. `last` says that a split took the last rows.
    """
    numbers = y.dtype.kind in "biuf"
    if numbers:
        stands = (y >= low) & (y < count) & (y == np.floor(y))
        if not whole:  # shares of class 1
            stands = (y >= 0) & (y <= 1)
        if stands.all() or not np.isfinite(y).all():
            return {}
    elif y.dtype.kind not in "SU":
        return {}
    classes = np.unique(y if numbers else y.astype(str))
    if numbers and (classes == np.floor(classes)).all():
        classes = classes.astype(np.int64)
    if (found := len(classes)) == count:
        return {"data/classes": classes}
    few = ", ".join(map(repr, classes[:5].tolist())) + ", ..." * (found > 5)
    few = f"{found} class{'es' * (found != 1)} in the training part ({few})"
    way_out = "give rows of other classes"
    way_out += ", or split with stratify=true" * last
    if found > 1:
        loss = ", with sparse_categorical_crossentropy" * (low < 0 or not whole)
        way_out = f"end it in dense({found}, softmax){loss}, or {way_out}"
    if found > count and numbers:
        way_out += "; a loss for values, such as mse, takes numbers as they are"
    raise InputError(f"{place}: {few}, but the network tells {count} apart; {way_out}")
