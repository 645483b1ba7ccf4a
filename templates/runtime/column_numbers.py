import math

import numpy as np

from .column import to_numbers
from .is_number import is_number


def column_numbers(rows, name, missing):
    """Return a column's cells as numbers, NaN for texts; and which are missing."""
    values, column = rows.values(name), rows.columns[name]
    absent = np.zeros(len(rows), bool)
    if column.codes is not None:
        codes, texts = rows.codes(name), [*column.texts, ""]
        values = np.where(codes < 0, values, to_numbers(texts, column.plain)[codes])
        words = np.array([text.lower() in missing for text in texts])
        absent = words[codes] & (codes >= 0)
    marks = [float(word) for word in missing if is_number(word)]
    if marks:  # such as -999
        absent |= np.isin(values, marks)
        values[absent] = math.nan
    return values, absent
