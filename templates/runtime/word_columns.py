from .find_columns import find_columns
from .input_error import InputError


def word_columns(wanted, columns, features, path):
    """Return the names of columns whose words are taken, and the other features."""
    names = [columns[i] for i in find_columns(wanted, columns, path)]
    for name in names:
        if name not in features:
            raise InputError(
                f"{path}: {name!r} is no feature; take it out of the transforms"
            )
    return names, [name for name in features if name not in names]
