import contextlib
import csv
import itertools

import numpy as np

from .csv_rows import csv_reader
from .decimals import decimals
from .input_error import InputError


def csv_blocks(path, lines, line, width, delimiter, quote, chosen, columns, size):
    """Yield the chosen columns of a table, some rows at a time, and their lines.

    `line` is the number of the first of the lines. The cells of a column are a tuple of
    texts. Where the caller says which `columns` are of texts, those of the others may
    be an array of numbers, if nothing else is in them: that is read much faster.
    """
    tries = 4 * bool(columns)  # a text among numbers seldom stands alone
    while block := [*itertools.islice(lines, size)]:
        kinds = [object if column.of_texts else float for column in columns]
        form = width, delimiter, quote, chosen, kinds
        cells = typed_block(block, *form) if tries else None
        if cells is not None:
            yield cells, line + np.arange(len(block))
            line += len(block)
            continue
        tries -= bool(tries) and not all(column.of_texts for column in columns)
        reader = csv_reader(itertools.chain(block, lines), delimiter, quote)
        rows, ends = [], [0]
        try:
            for row in itertools.islice(reader, len(block)):
                rows.append(row)
                ends.append(reader.line_num)
        except csv.Error as error:
            place = f"{path}, line {line + ends[-1]}"
            raise InputError(f"{place}: {error}; check the quotes") from None
        starts = line + np.array(ends[:-1], np.int64)
        line += ends[-1]
        if not all(map(any, rows)):
            filled = [i for i, row in enumerate(rows) if any(row)]
            rows, starts = [rows[i] for i in filled], starts[filled]
        if {*map(len, rows)} - {width}:
            odd = next(i for i, row in enumerate(rows) if len(row) != width)
            raise InputError(
                f"{path}, line {starts[odd]}: {len(rows[odd])} cells, but the first "
                f"row has {width}; give each row as many, or tell csv() the delimiter"
            )
        if rows:
            cells = [*zip(*rows)]
            yield [cells[i] for i in chosen], starts


def typed_block(lines, width, delimiter, quote, chosen, kinds):
    """Return columns of lines as numbers or texts, None if they are others."""
    text, spaced = "".join(lines), delimiter == " "
    if not text.strip() or (quote and quote in text):
        return None
    if object not in kinds:
        x = decimals(text, len(lines), width, delimiter)
        if x is not None:
            return [x[:, place] for place in chosen]
    if width - 1 in chosen and not spaced:  # no row may lack it: one number tells all
        if text.count(delimiter) != len(lines) * (width - 1):
            return None
    elif {len(x.split() if spaced else x.split(delimiter)) for x in lines} != {width}:
        return None
    texts = object in kinds
    if float not in kinds and not all(x.strip(f"{delimiter} \r\n") for x in lines):
        return None  # rows without a value are passed over
    dtype = [(str(i), kind) for i, kind in enumerate(kinds)] if texts else float
    form = {"delimiter": None if spaced else delimiter, "comments": None}
    with contextlib.suppress(ValueError):
        x = np.loadtxt(lines, dtype, ndmin=1 if texts else 2, usecols=chosen, **form)
        cells = [x[name] for name in x.dtype.names] if texts else x.T
        numbers = [c for c in cells if c.dtype == float]
        if len(x) == len(lines) and all((np.abs(c) < 1e38).all() for c in numbers):
            return [c if c.dtype == float else tuple(c.tolist()) for c in cells]
    return None
