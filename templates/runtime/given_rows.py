from collections.abc import Mapping

from .as_rows import as_rows
from .column_roles import column_roles
from .given_samples import given_samples


def given_rows(parts, names, roles, missing):
    """What `read_tables` gives, of the rows that a caller gives; they have no target.

    A row that is no dict has the columns that `roles` name, or all of them.
    """
    parts, (target, features, drop) = given_samples(parts, names, list), roles
    first = next(iter(parts["train"][0]), ())
    if isinstance(first, Mapping):
        columns = [*first]
    elif features and all(isinstance(name, str) for name in features):
        columns = [*features]
    else:
        columns = [*map(str, range(len(first)))]
    chosen, targets = column_roles(columns, target, features, drop, "parts")
    for part, (rows,) in parts.items():
        where = f"parts, {part}, row {{}}".format
        parts[part] = (as_rows(rows, columns, missing, where).only(chosen),)
    return parts, columns, chosen, targets
