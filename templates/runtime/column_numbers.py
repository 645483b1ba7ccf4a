import math

import numpy as np

from .column import to_numbers
from .is_number import is_number


def column_numbers(rows, name, missing):
    """Return a column's cells as numbers, NaN for texts; and which are missing."""
    values, codes = rows.values(name), rows.codes(name)
    column = rows.columns[name]
    texts = [*column.texts, ""]
    values = np.where(codes < 0, values, to_numbers(texts, column.plain)[codes])
    words = np.array([text.lower() in missing for text in texts])
    absent = words[codes] & (codes >= 0)
    marks = [float(word) for word in missing if is_number(word)]
    if marks:  # such as -999
        absent |= np.isin(values, marks)
        values[absent] = math.nan
    return values, absent
