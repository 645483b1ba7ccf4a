from collections.abc import Mapping

from .as_rows import as_rows
from .column_roles import column_roles
from .given_parts import given_parts
from .input_error import InputError


def given_tables(parts, names, roles, missing):
    """What `read_tables` gives, of the rows and the targets that a caller gives."""
    parts, (target, features, drop) = given_parts(parts, names, list), roles
    columns = feature_names(parts["train"][0], target, features)
    numbered = columns == [*map(str, range(len(columns)))]
    total = len(columns) + len(target)
    for number in sorted(t % total for t in target if isinstance(t, int)):
        columns.insert(number, f"target {number}")
    if numbered:  # as a file's are that has no names
        columns = [*map(str, range(len(columns)))]
    columns += [name for name in target if not isinstance(name, int)]
    chosen, targets = column_roles(columns, target, features, drop, "parts")
    tables = {}
    for part, (rows, labels) in parts.items():
        where = f"parts, {part}, row {{}}".format
        x = as_rows(rows, chosen, missing, where)
        y = as_rows(labels, targets, missing, where)
        if len(x) != len(y):
            found = f"{len(x)} rows, but {len(y)} targets"
            raise InputError(f"parts, {part}: {found}; give each row one")
        tables[part] = x, y
    return tables, columns, chosen, targets


def feature_names(rows, target, features):
    """The columns of the rows but for the targets; of rows without names, numbers."""
    first = next(iter(rows), ())
    if isinstance(first, Mapping):
        return [name for name in first if name not in target]
    if features is None:
        return [str(i) for i in range(len(first))]
    if any(isinstance(name, int) for name in features):
        raise InputError("parts: the spec's features have numbers; give dicts as rows")
    return [*features]
