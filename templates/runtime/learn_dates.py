import numpy as np

from .date_numbers import date_numbers
from .find_columns import find_columns
from .input_error import InputError


def learn_dates(rows, dates, columns, features, path, missing):
    """Return which features are dates, by how they are written; their first days."""
    written, first = [""] * len(features), np.full(len(features), np.nan)
    for wanted, form in dates:
        for name in [columns[i] for i in find_columns(wanted, columns, path)]:
            if name not in features:
                raise InputError(
                    f"{path}: {name!r} is no feature; take it out of dates"
                )
            place = features.index(name)
            written[place] = form or "%Y-%m-%d"
            days = date_numbers(rows, name, written[place], missing)[:, 4]
            if np.isnan(days).all():
                raise InputError(
                    f"{path}, column {name!r}: no date in the training part; drop it"
                )
            first[place] = np.nanmin(days)
    return {"data/dates": np.array(written), "data/first_days": first}
