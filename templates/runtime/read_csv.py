import contextlib
import csv
import io
import itertools
from collections import Counter

import numpy as np

from .finite_number import finite_number
from .input_error import InputError
from .read_text import read_text


def csv_rows(text, delimiter):
    """Yield each row of a table that is not blank, after the line where it begins."""
    csv.field_size_limit(2**31 - 1)  # texts may be long
    skip, line = delimiter != " ", 1
    reader = csv.reader(text, delimiter=delimiter, skipinitialspace=skip, strict=True)
    try:
        for row in reader:
            if len(row) > 1 or text[line - 1].strip():  # "" is a cell, though empty
                # Unlike lists, tuples are no work for garbage collection.
                yield line, tuple([cell.strip(" ") for cell in row])
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"line {line}: {error}; check the quotes") from None


def find_delimiter(text):
    """Return which of `,` `;` tab and `|` cuts the first rows into most cells."""

    def fewest_cells(delimiter):
        counts = []
        with contextlib.suppress(InputError):  # those before it count
            for _, row in itertools.islice(csv_rows(text, delimiter), 20):
                counts.append(len(row))
        return min(counts, default=0)

    return max(",;\t|", key=fewest_cells)


def has_header(rows, missing):
    """Return whether the first row holds names: no number, but a text above a number.

    It looks at the next hundred rows; a missing cell is no text.
    """
    texts_above = (
        any(map(finite_number, column))
        for text, *column in zip(*rows[:101])
        if text not in missing
    )
    return not any(map(finite_number, rows[0])) and any(texts_above)


def read_csv(path, delimiter, header, missing):
    """Read the names of the columns, the cells as texts, and the place of each row.

    Without a header, columns are called "0", "1", ... What is None is found out.
    """
    text = io.StringIO(read_text(path), newline="").readlines()
    try:
        found = [*csv_rows(text, delimiter or find_delimiter(text))]
    except InputError as fault:
        raise InputError(f"{path}, {fault}") from None
    if not found:
        raise InputError(f"{path}: the file is empty; it needs a row for each sample")
    lines, rows = zip(*found)
    for line, row in zip(lines, rows):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}, line {line}: {len(row)} cells, but line {lines[0]} has "
                f"{len(rows[0])}; give each row as many, or name the delimiter in csv()"
            )
    names = [str(column) for column in range(len(rows[0]))]
    if has_header(rows, missing) if header is None else header:
        names, rows, lines = [name.strip() for name in rows[0]], rows[1:], lines[1:]
    for name, count in Counter(names).items():
        if count > 1:
            raise InputError(
                f"{path}: two columns are called {name!r}; rename one of them"
            )
    if not rows:
        raise InputError(f"{path}: no rows below the names of the columns; add some")
    places = np.array([f"{path}, line {line}" for line in lines], dtype=object)
    return names, np.array(rows, dtype=object), places
