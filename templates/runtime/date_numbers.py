import re
from datetime import date, datetime

import numpy as np

from .input_error import InputError


def date_numbers(rows, name, written, missing):
    """Return year, month, day, weekday and day number of a column's dates: (N, 5).

    A missing date is NaN. Weekdays count from 0, Monday; days from the year 1.
    """
    texts, codes = rows.columns[name].texts, rows.codes(name)
    numbers = np.full((len(texts), 5), np.nan)
    for code in np.unique(codes).tolist():
        if texts[code].lower() in missing["texts"]:
            continue
        day = date_of(texts[code], written)
        if day is None:
            row = int((codes == code).argmax())
            raise InputError(
                f"{rows.where(row)}, column {name!r}: {texts[code]!r} is no date as "
                f"{written}; correct it, or write another format= in dates()"
            )
        numbers[code] = day.year, day.month, day.day, day.weekday(), day.toordinal()
    return numbers[codes]


def date_of(text, written):
    """Return the date that a text is, None if it is none."""
    parts = re.fullmatch(
        r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([ T].*)?", text, re.ASCII
    )
    try:
        if written != "%Y-%m-%d":
            return datetime.strptime(text, written).date()
        return date(*map(int, parts.groups()[:3])) if parts else None
    except ValueError:
        return None
