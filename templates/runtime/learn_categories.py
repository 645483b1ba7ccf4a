import math

import numpy as np

from .column_numbers import column_numbers
from .finite_number import finite_number
from .input_error import InputError


def learn_categories(rows, names, missing, path, chosen=()):
    """Return the sorted categories of each column of texts, and the most frequent code.

    A column is one of texts if it holds no number, or is one of the `chosen`.
    """
    learnt = {"data/frequent": np.full(len(names), math.nan)}
    for column, name in enumerate(names):
        if name not in chosen and has_numbers(rows, name, missing):
            continue
        texts, codes = rows.columns[name].texts, rows.codes(name)
        counts = np.bincount(codes, minlength=len(texts))
        found = np.flatnonzero(counts).tolist()
        known = [i for i in found if texts[i].lower() not in missing["texts"]]
        known.sort(key=texts.__getitem__)
        categories = [texts[i] for i in known]
        if not categories:
            raise InputError(
                f"{path}, column {name!r}: no value in the training part; leave it out"
            )
        if len(categories) * max(map(len, categories)) > 2**24:
            raise InputError(
                f"{path}, column {name!r}: {len(categories)} different texts, too long "
                "for categories; leave it out of the features"
            )
        learnt["data/frequent"][column] = np.argmax(counts[known])
        learnt[f"data/categories/{column}"] = np.array(categories)
    return learnt


def has_numbers(rows, name, missing):
    """Whether a column holds a number that is a value."""
    values, _ = column_numbers(rows, name, missing["numbers"])
    if not np.isnan(values).all():
        return True
    codes = np.unique(rows.codes(name))
    texts = [rows.columns[name].texts[code] for code in codes[codes >= 0].tolist()]
    return any(finite_number(t) for t in texts if t.lower() not in missing["numbers"])
