import contextlib
import csv
import itertools

import numpy as np

from .csv_rows import csv_reader
from .input_error import InputError


def csv_blocks(path, lines, line, width, delimiter, quote, chosen, numbers, size):
    """Yield the chosen columns of a table, some rows at a time, and their lines.

    `line` is the number of the first of the lines. A column is a tuple of texts; or all
    of them are an array, if `numbers` are asked for: where nothing else is in these
    rows, they are read much faster.
    """
    tries = 4 * numbers  # a text seldom stands alone
    while block := [*itertools.islice(lines, size)]:
        x = block_of_numbers(block, width, delimiter, chosen) if tries else None
        if x is not None:
            yield x.T, line + np.arange(len(block))
            line += len(block)
            continue
        tries -= bool(tries)
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
            columns = [*zip(*rows)]
            yield [columns[i] for i in chosen], starts


def block_of_numbers(lines, width, delimiter, chosen):
    """Return lines as an array of numbers, None if they hold anything else."""
    if not any(map(str.strip, lines)):
        return None
    whole = sorted(chosen) == [*range(width)]  # then NumPy counts the cells
    if not whole and {line.count(delimiter) for line in lines} != {width - 1}:
        return None
    form = {"delimiter": None if delimiter == " " else delimiter, "comments": None}
    with contextlib.suppress(ValueError):
        x = np.loadtxt(lines, ndmin=2, usecols=None if whole else chosen, **form)
        if whole and x.shape[1] != width:
            return None
        x = x[:, chosen] if whole else x
        if len(x) == len(lines) and (np.abs(x) < 1e38).all():
            return x
    return None
