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


@as_learnt()
def encode_cells(cells, places, names, learnt, missing, impute=False, last=False):
    """Return cells as numbers; in a column of categories, as the codes of these.

    A missing cell is an error; with `impute` it becomes NaN, or the code of the most
    frequent category. `last` says that a split took the last rows.
    """
    x = np.empty(cells.shape)
    for column, name in enumerate(names):
        texts = cells[:, column].tolist()
        reason = "is no number (up to 1e38); correct it, or name it in missing=[...]"
        if (categories := learnt.get(f"data/categories/{column}")) is None:
            x[:, column] = to_numbers(texts, missing)
        else:
            codes = {text: float(code) for code, text in enumerate(categories.tolist())}
            if impute:
                codes |= dict.fromkeys(missing, learnt["data/frequent"][column])
            x[:, column] = [codes.get(text, math.nan) for text in texts]
            reason = "is in no row of the training part; leave such rows out"
            reason += ", or split with seed=0 or stratify=true" * last
        for row in np.flatnonzero(np.isnan(x[:, column])):
            if texts[row] not in missing:
                cell = repr(texts[row][:60])
                raise InputError(f"{places[row]}, column {name!r}: {cell} {reason}")
            if not impute:
                raise InputError(
                    f"{places[row]}, column {name!r}: the value is missing; fill it in,"
                    " leave the row out, or add an impute for features"
                )
    return x
