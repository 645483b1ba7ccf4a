import math
from collections.abc import Mapping

import numpy as np

from .find_columns import find_columns
from .input_error import InputError
from .rows import Rows
from .rows_of import rows_of


def as_rows(rows, names, missing, where="row {}".format):
    """Return rows with columns of these names, as a file would have them.

    A row is a dict, or has its values in the order of the names; a text may be alone.
    """
    if isinstance(rows, Rows):
        return rows
    if isinstance(rows, (str, Mapping)) or not hasattr(rows, "__iter__"):
        raise InputError("rows: give a list of rows, even for one")
    cells = [row_cells(row, names, missing, where(i)) for i, row in enumerate(rows)]
    if not cells:
        raise InputError("rows: there are none; give some")
    return rows_of(names, [*zip(*cells)], where)


def row_cells(row, names, missing, place):
    """The texts of a row."""
    if isinstance(row, Mapping):
        try:
            row = [row[name] for name in names]
        except KeyError:
            keys = [*row]
            row = [row[keys[i]] for i in find_columns(names, keys, place)]
    elif isinstance(row, str) or not hasattr(row, "__len__"):
        row = [row]
    if len(row) != len(names):
        raise InputError(
            f"{place}: {len(row)} values for the columns {list(names)[:20]}; "
            "give one for each, or a dict"
        )
    return [cell_text(value, missing) for value in row]


def cell_text(value, missing):
    """A value as a text, as a file would have it; None and NaN as what is missing."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        value = next(iter(missing["texts"]), str(value))
    return value.strip(" ") if isinstance(value, str) else str(value)


def holds_numbers(rows, learnt):
    """Whether rows are an array of numbers, and no column has categories instead."""
    kind = getattr(getattr(rows, "dtype", None), "kind", "O")
    return kind in "biuf" and not any("data/categories/" in name for name in learnt)
