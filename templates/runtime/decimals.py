import contextlib
import warnings

import numpy as np

#: The powers of ten that are floats.
TENS = np.array([float(10**i) for i in range(23)])


def decimals(text, rows, width, delimiter):
    """Return the cells of so many rows, None if not all are like 12 or -3.45.

    The digits of a cell make an integer. Up to 2**53 it is a float, and so is the power
    of ten that it is divided by: the quotient is rounded once, as float(cell) is.
    """
    mark, count = delimiter.encode(), rows * width
    if mark not in b",;\t|" or count > 2**22 or not text.isascii():
        return None
    if len(text) > 17 * count:  # more digits than such floats have
        return None
    text = (text.replace("\r\n", "\n") if "\r" in text else text).encode()
    text = text.removesuffix(b"\n")
    if text.translate(None, b"0123456789.-\n" + mark):
        return None
    raw = np.frombuffer(b"\n" + text + b"\n", np.uint8)
    marks = np.flatnonzero((raw == mark[0]) | (raw == ord("\n")) | (raw == ord(".")))
    pointed = raw[marks] == ord(".")
    stops, points = marks[~pointed], marks[pointed]
    starts, stops = stops[:-1] + 1, stops[1:]
    cells = np.flatnonzero(pointed) - np.arange(1, len(points) + 1)
    below, minus = raw[stops] == ord("\n"), raw[starts] == ord("-")
    places, digits = np.zeros(len(stops), int), stops - starts - minus
    places[cells] = stops[cells] - points - 1
    digits[cells] -= 1
    if (
        len(stops) != count
        or np.count_nonzero(below) != rows
        or not below[width - 1 :: width].all()
        or (cells[1:] == cells[:-1]).any()
        or np.count_nonzero(raw == ord("-")) != np.count_nonzero(minus)
        or digits.min() < 1
        or places.max() >= len(TENS)
    ):
        return None
    with contextlib.suppress(ValueError, DeprecationWarning), warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        flat = text.translate(bytes.maketrans(b"\n", mark), b".")
        whole = np.fromstring(flat, np.int64, sep=delimiter)
        if len(whole) == count and -(2**53) <= whole.min() <= whole.max() <= 2**53:
            values = whole / TENS[places]
            values[minus & (whole == 0)] = -0.0
            return values.reshape(rows, width)
    return None
