from collections.abc import Mapping

import numpy as np

from .as_cells import as_cells
from .column_roles import column_roles
from .given_parts import given_parts
from .input_error import InputError


def given_tables(parts, names, target, features, missing):
    """What `read_tables` gives, of the rows and the targets that a caller gives."""
    parts = given_parts(parts, names, list)
    columns = feature_names(parts["train"][0], target, features)
    numbered = columns == [*map(str, range(len(columns)))]
    total = len(columns) + len(target)
    for number in sorted(t % total for t in target if isinstance(t, int)):
        columns.insert(number, f"target {number}")
    if numbered:  # as a file's are that has no names
        columns = [*map(str, range(len(columns)))]
    columns += [name for name in target if not isinstance(name, int)]
    roles = column_roles(columns, target, features, "parts")
    tables = {}
    for part, (rows, labels) in parts.items():
        cells = as_cells(rows, roles[0], missing)
        given = as_cells(labels, roles[1], missing)
        if len(cells) != len(given):
            found = f"{len(cells)} rows, but {len(given)} targets"
            raise InputError(f"parts, {part}: {found}; give each row one")
        places = [f"parts, {part}, row {i}" for i in range(len(cells))]
        tables[part] = cells, given, np.array(places, dtype=object)
    return tables, columns, *roles


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
