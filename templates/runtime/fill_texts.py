import math

import numpy as np

from .encode_cells import category_codes
from .input_error import InputError


def fill_texts(learnt, rows, names, missing, text, some=None):
    """Make a text the category of missing cells, and return the mask of its columns.

    These are all columns of texts, or `some` of them. Where the training part misses
    no cell there is no such category: missing cells are unknown ones.
    """
    mask = np.zeros(len(names), bool)
    for column, name in enumerate(names):
        key = f"data/categories/{column}"
        if some is not None and some[column] and key not in learnt:
            raise InputError(
                f"impute: column {name!r} holds numbers, and {text!r} is none"
            )
        mask[column] = key in learnt if some is None else some[column]
        if mask[column]:
            _, absent = category_codes(rows, name, learnt[key], missing)
            learnt["data/frequent"][column] = math.nan
            if absent.any():
                categories = sorted({*learnt[key].tolist(), text})
                learnt["data/frequent"][column] = categories.index(text)
                learnt[key] = np.array(categories)
    return mask
