import numpy as np

from .input_error import InputError


def cut_fold(parts, order, count, fold):
    """Return the fold of this number, from 1, for validation, the others for training.

    The `count` folds are runs of the rows of the training part in this order, the first
    ones longer by a row where they cannot be alike. A test part stays out.
    """
    if "validation" in parts:
        raise InputError(
            "the data has a validation part, which no fold takes the place of; "
            "leave it out to cross-validate"
        )
    arrays = parts["train"]
    if len(order) < count:
        raise InputError(f"{len(order)} samples: too few for {count} folds")
    folds = np.array_split(order, count)
    rows = np.sort(folds.pop(fold - 1)), np.sort(np.concatenate(folds))
    validation, train = (tuple(array[some] for array in arrays) for some in rows)
    return {"train": train, "validation": validation}
