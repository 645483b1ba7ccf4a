import numpy as np

from .column_numbers import column_numbers


def label_values(rows, name, missing):
    """Return the labels that are not missing, as numbers if all of them are."""
    values, absent = column_numbers(rows, name, missing["numbers"])
    if not np.isnan(values[~absent]).any():
        return values[~absent]
    texts = rows.texts(name).tolist()
    return np.array([t for t in texts if t.lower() not in missing["texts"]])
