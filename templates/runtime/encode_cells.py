import math

import numpy as np

from .as_learnt import as_learnt
from .input_error import InputError
from .is_number import is_number


def to_numbers(texts, missing):
    """Return texts as numbers; NaN where one is missing, or is no number up to 1e38."""
    known = dict.fromkeys(missing, "nan")
    texts = [known.get(text, text) for text in texts]
    values = np.array([float(t) if is_number(t) else math.nan for t in texts])
    return np.where(np.abs(values) < 1e38, values, math.nan)


def cell_fault(text, missing, categories, last, trains):
    """Say what is wrong with a cell that is no number, or none of the categories."""
    if text in missing:
        way_out = ", leave the row out, or add an impute for features" * trains
        return f"the value is missing; fill it in{way_out}"
    found = repr(text[:60])
    if categories is None:
        way_out = ", or name it in missing=[...]" * trains
        return f"{found} is no number (up to 1e38); correct it{way_out}"
    if trains:
        way_out = "leave such rows out"
        way_out += ", or split with seed=0 or stratify=true" * last
        return f"{found} is in no row of the training part; {way_out}"
    few = ", ".join(map(repr, categories[:10].tolist()))
    more = ", ..." * (len(categories) > 10)
    return f"{found} is no category that the model knows; it knows {few}{more}"


@as_learnt()
def encode_cells(
    cells, where, names, learnt, missing, impute=False, last=False, trains=True
):
    """Return cells as numbers; in a column of categories, as the codes of these.

    A missing cell is an error; with `impute` it becomes NaN, or the code of the most
    frequent category. `last` says that a split took the last rows. An error names the
    row; if it `trains`, also what the spec could say.
    """
    x = np.empty(cells.shape)
    for column, name in enumerate(names):
        texts = cells[:, column].tolist()
        if (categories := learnt.get(f"data/categories/{column}")) is None:
            x[:, column] = to_numbers(texts, missing)
        else:
            codes = {text: float(code) for code, text in enumerate(categories.tolist())}
            if impute:
                codes |= dict.fromkeys(missing, learnt["data/frequent"][column])
            x[:, column] = [codes.get(text, math.nan) for text in texts]
        for row in np.flatnonzero(np.isnan(x[:, column])):
            if not (impute and texts[row] in missing):
                fault = cell_fault(texts[row], missing, categories, last, trains)
                raise InputError(f"{where(row)}, column {name!r}: {fault}")
    return x
