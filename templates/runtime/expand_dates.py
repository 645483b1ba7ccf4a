import numpy as np

from .as_learnt import as_learnt
from .column import Column
from .date_numbers import date_numbers
from .rows import Rows


@as_learnt()
def expand_dates(rows, features, learnt, missing):
    """Return the same rows with five columns of numbers for each of dates."""
    columns = {}
    for place, name in enumerate(features):
        if not (written := str(learnt["data/dates"][place])):
            columns[name] = rows.columns[name]
            continue
        numbers = date_numbers(rows, name, written, missing)
        numbers[:, 4] -= learnt["data/first_days"][place]
        names, _ = date_features([name], {"data/dates": [written]})
        for part, values in zip(names, numbers.T):
            columns[part] = number_column(values, rows, missing)
    return Rows(columns, rows.place, rows.index)


def number_column(values, rows, missing):
    """A column of which rows have these numbers; NaN is missing."""
    column, size = Column(), rows.index.max(initial=-1) + 1
    column.values, column.codes = np.full(size, np.nan), np.full(size, -1)
    column.values[rows.index] = values
    column.codes[rows.index] = np.where(np.isnan(values), 0, -1)
    column.texts = [*missing["numbers"][:1]]
    return column


def date_features(features, learnt):
    """Return the names of the features after dates, and of the columns they are of."""
    parts = [": year", ": month", ": day", ": weekday", ": days"]
    pairs = [
        (name + part, name)
        for name, written in zip(features, learnt["data/dates"])
        for part in (parts if written else [""])
    ]
    return [new for new, _ in pairs], [old for _, old in pairs]
