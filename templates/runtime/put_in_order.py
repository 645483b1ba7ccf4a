import math

import numpy as np

from .find_columns import find_columns
from .input_error import InputError


def put_in_order(learnt, column, order, columns, features, path):
    """Number the categories of a column in an order that has all of them."""
    (place,) = find_columns([column], columns, path)
    if columns[place] not in features:
        raise InputError(f"{path}: {column!r} is no feature; ordinal cannot take it")
    place = features.index(columns[place])
    known = learnt[f"data/categories/{place}"].tolist()
    if odd := [text for text in known if text not in order]:
        raise InputError(
            f"{path}, column {features[place]!r}: {odd[0]!r} is none of the texts of "
            f"ordinal: {order}; add it to them, or correct it"
        )
    frequent = float(learnt["data/frequent"][place])
    if not math.isnan(frequent):
        learnt["data/frequent"][place] = order.index(known[int(frequent)])
    learnt[f"data/categories/{place}"] = np.array(order)
