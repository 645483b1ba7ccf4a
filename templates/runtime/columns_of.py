import numpy as np

from .find_columns import find_columns
from .input_error import InputError


def columns_of(wanted, columns, features, path):
    """Return which of the features are the wanted columns, as a mask."""
    names = [columns[i] for i in find_columns(wanted, columns, path)]
    for name in names:
        if name not in features:
            raise InputError(
                f"{path}: {name!r} is no feature; take it out of the transforms"
            )
    return np.array([name in names for name in features])
