import math

import numpy as np

from .as_learnt import as_learnt
from .finite_number import finite_number
from .input_error import InputError


def to_numbers(texts, missing):
    """Texts as numbers, NaN for what is missing or no number up to 1e38."""
    known = dict.fromkeys(missing, "nan")
    texts = [known.get(text, text) for text in texts]
    try:
        values = np.array(list(map(float, texts)))
    except ValueError:
        values = np.array([float(t) if finite_number(t) else math.nan for t in texts])
    return np.where(np.abs(values) < 1e38, values, math.nan)


def cell_fault(text, missing, categories, last, trains):
    """What to say of a cell that is no number, or none of the categories."""
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
    """Cells as numbers, those of a column with categories as their codes.

    What is missing is a fault; with `impute` NaN, or the most frequent category's code.
    `last` says that a split has taken the last rows. Who predicts is told of the row
    alone, who `trains` of the spec, too.
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
