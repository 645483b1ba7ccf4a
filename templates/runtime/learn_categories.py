import math
from collections import Counter

import numpy as np

from .finite_number import finite_number
from .input_error import InputError


def learn_categories(cells, names, missing, path, chosen=()):
    """Return the sorted categories of each column of texts, and the most frequent code.

    A column is one of texts if it holds no number, or is one of the `chosen`.
    """
    learnt = {"data/frequent": np.full(len(names), math.nan)}
    for column, name in enumerate(names):
        texts = cells[:, column].tolist()
        known = (text for text in texts if text not in missing)
        if name not in chosen and any(map(finite_number, known)):
            continue
        counts = Counter(texts)
        categories = sorted(counts.keys() - set(missing))
        if not categories:
            raise InputError(
                f"{path}, column {name!r}: no value in the training part; leave it out"
            )
        if len(categories) * max(map(len, categories)) > 2**24:
            raise InputError(
                f"{path}, column {name!r}: {len(categories)} different texts, too long "
                "for categories; leave it out of the features"
            )
        frequent = max(categories, key=lambda category: counts[category])
        learnt["data/frequent"][column] = categories.index(frequent)
        learnt[f"data/categories/{column}"] = np.array(categories)
    return learnt
