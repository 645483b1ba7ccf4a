import contextlib
import csv
import itertools
from collections import Counter

import numpy as np

from .finite_number import finite_number
from .input_error import InputError
from .text_lines import text_lines


def csv_rows(path, lines, delimiter):
    """Yield each row of a table that is not blank, after the line where it begins."""
    csv.field_size_limit(2**31 - 1)  # texts may be long
    last, line = "", 1

    def note(line):
        nonlocal last
        last = line
        return line

    noted, skip = map(note, lines), delimiter != " "
    reader = csv.reader(noted, delimiter=delimiter, skipinitialspace=skip, strict=True)
    try:
        for row in reader:
            if len(row) > 1 or last.strip():  # "" is a cell, though empty
                # Unlike lists, tuples are no work for garbage collection.
                yield line, tuple([cell.strip(" ") for cell in row])
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}, line {line}: {error}; check the quotes") from None


def find_delimiter(lines):
    """Return which of `,` `;` tab and `|` cuts the first rows into most cells."""

    def fewest_cells(delimiter):
        counts = []
        with contextlib.suppress(InputError):  # those before it count
            for _, row in itertools.islice(csv_rows("", lines, delimiter), 20):
                counts.append(len(row))
        return min(counts, default=0)

    return max(",;\t|", key=fewest_cells)


def has_header(rows, missing):
    """Whether the first row holds no number, but a text above one: in the next hundred.

    What is missing is no such text.
    """
    texts_above = (
        any(map(finite_number, column))
        for text, *column in zip(*rows[:101])
        if text not in missing
    )
    return not any(map(finite_number, rows[0])) and any(texts_above)


def read_csv(path, delimiter, header, missing):
    """Read the names of the columns, the cells as texts, and the place of each row."""
    names, blocks = open_csv(path, delimiter, header, missing)
    return names, *next(blocks)


def open_csv(path, delimiter, header, missing, size=None):
    """Read the names of the columns; then the cells as texts, and where each row is.

    These come in blocks of `size` rows, as they are read; without it, all at once.
    Without a header, columns are called "0", "1", ... What is None is found out.
    """
    lines = text_lines(path)
    top = [*itertools.islice(lines, 1000)]
    delimiter = delimiter or find_delimiter(top)
    rows = csv_rows(path, itertools.chain(top, lines), delimiter)
    first = [*itertools.islice(rows, 101)]
    if not first:
        raise InputError(f"{path}: the file is empty; it needs a row for each sample")
    line, cells = first[0]
    names = [str(column) for column in range(len(cells))]
    if header is None:
        header = has_header([row for _, row in first], missing)
    if header:
        names, first = [name.strip() for name in cells], first[1:]
    for name, count in Counter(names).items():
        if count > 1:
            raise InputError(
                f"{path}: two columns are called {name!r}; rename one of them"
            )
    if not first:
        raise InputError(f"{path}: no rows below the names of the columns; add some")
    return names, csv_blocks(path, itertools.chain(first, rows), line, len(names), size)


def csv_blocks(path, rows, top, width, size):
    """The cells and the places of `size` rows at a time; all as wide as the top one."""
    while block := [*itertools.islice(rows, size)]:
        for line, row in block:
            if len(row) != width:
                raise InputError(
                    f"{path}, line {line}: {len(row)} cells, but line {top} has "
                    f"{width}; give each row as many, or name the delimiter in csv()"
                )
        lines, cells = zip(*block)
        places = np.array([f"{path}, line {line}" for line in lines], dtype=object)
        yield np.array(cells, dtype=object), places
