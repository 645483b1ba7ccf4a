import itertools
from functools import partial

from .csv_blocks import csv_blocks
from .csv_form import csv_form, single_spaced
from .input_error import InputError


def open_csv(path, lines, delimiters, header, quote, missing):
    """Return the names of a table's columns, and the function that reads them.

    Which of several `delimiters` it is, and whether there is a `header` if that is
    None, is found out. Without one, columns are called "0", "1", ... The function takes
    the places of columns and the last arguments of `csv_blocks`.
    """
    line, top = 1, next(lines, None)
    while top is not None and not top.strip(" \t\r\n"):
        line, top = line + 1, next(lines, None)
    if top is None:
        raise InputError(f"{path}: the file is empty; it needs a row for each sample")
    tops = [top, *itertools.islice(lines, 999)]
    form = csv_form(path, tops, line, delimiters, header, quote, missing)
    delimiter, names, width, kept, above = form
    lines = itertools.chain(tops[above:], lines)
    if delimiter == " ":
        lines = map(single_spaced, lines)
    read = partial(csv_blocks, path, lines, line + above, width, delimiter, quote)
    return names, lambda places, *how: read([kept[i] for i in places], *how)
