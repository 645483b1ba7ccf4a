from collections import Counter

from .find_columns import find_columns
from .input_error import InputError


def column_roles(columns, target, features, drop, path):
    """Return the names of the features (by default the other columns) and targets."""
    targets = [columns[i] for i in find_columns(target, columns, path)]
    dropped = [columns[i] for i in find_columns(drop, columns, path)]
    if features is not None:
        chosen = [columns[i] for i in find_columns(features, columns, path)]
    else:
        chosen = [name for name in columns if name not in (*targets, *dropped)]
    if not chosen or not set(chosen).isdisjoint(targets):
        raise InputError(
            f"{path}: features {chosen} for the target {targets}; there must be other "
            "columns than the target, or is the delimiter another one?"
        )
    counts = Counter(columns)
    for name in (*chosen, *targets):
        if counts[name] > 1:
            called = f"are called {name!r}" if name else "have no name"
            raise InputError(
                f"{path}: {counts[name]} columns {called}; rename them, or list the "
                "others as features=[...]"
            )
    return chosen, targets
