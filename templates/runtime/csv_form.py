import contextlib
from collections import Counter, deque

from .csv_rows import csv_rows
from .finite_number import finite_number
from .input_error import InputError


def first_rows(lines, delimiter, quote, count):
    """Return the first rows, each after its line; those before a fault in them."""
    rows = []
    with contextlib.suppress(InputError):
        for row in csv_rows("", lines, 1, delimiter, quote):
            rows.append(row)
            if len(rows) == count:
                break
    return rows


def single_spaced(line):
    """Return a line without tabs, and without white space at its end."""
    return line.rstrip(" \t\r\n").replace("\t", " ") + "\n"


def find_delimiter(lines, delimiters, quote):
    """Return which of the delimiters cuts the first rows into most cells.

    It is white space if that cuts all of them into as many, and nothing else cuts them.
    """
    widths = {}
    for delimiter in delimiters + " ":
        spaced = map(single_spaced, lines) if delimiter == " " else lines
        rows = first_rows(spaced, delimiter, quote, 20)
        counts = [len(row) for _, row in rows] or [0]
        usual = Counter(counts).most_common(1)[0][0]  # a title may stand above
        widths[delimiter] = min(counts), usual
    fewest, usual = widths.pop(" ")
    best = max(widths, key=widths.__getitem__)
    return " " if widths[best] <= (1, 1) and 1 < fewest == usual else best


def has_header(rows, missing):
    """Whether the first row holds no number, but a text above one: in the next hundred.

    What is missing is no such text. Years are names, too: 2019, 2020, ...
    """
    top, *below = rows
    if below and all(cell.isascii() and cell.isdecimal() for cell in top):
        years = [int(cell) for cell in top]
        rising = years == [*range(years[0], years[0] + len(years))]
        return rising and len(years) > 1 and years[0] >= 1000 and top not in below
    texts_above = (
        any(map(finite_number, column))
        for text, *column in zip(*rows)
        if text.lower() not in missing
    )
    return not any(map(finite_number, top)) and any(texts_above)


def csv_form(path, lines, number, delimiters, header, quote, missing):
    """Return what the first lines tell of a table, of which `number` is the first.

    That is the delimiter, the names of the columns, how many cells a row has, the
    places of the columns that are named, and how many lines are above the first row.
    """
    delimiter = delimiters
    if len(delimiters) > 1:
        delimiter = find_delimiter(lines, delimiters, quote)
    spaced = [*map(single_spaced, lines)] if delimiter == " " else lines
    found = first_rows(spaced, delimiter, quote, 101)
    if len(found) < 2:  # perhaps for a fault, which is told here
        deque(csv_rows(path, spaced, number, delimiter, quote), maxlen=0)
    if not found:
        raise InputError(f"{path}: all cells are empty; it needs a row for each sample")
    rows = [[cell.strip(" ") for cell in row] for _, row in found]
    check_top(path, number + found[0][0] - 1, rows)
    width, above, names = len(rows[0]), 0, None
    if header or (header is None and has_header(rows, missing)):
        names, *rows = rows
        if not rows:
            raise InputError(
                f"{path}: no rows below the names of the columns; add some"
            )
        above = found[1][0] - 1
    kept = columns_to_keep(names, rows, width)
    names = names or [str(i) for i in range(width)]
    return delimiter, [names[i] for i in kept], width, kept, above


def check_top(path, line, rows):
    """Check that the first row is as wide as another, or all others are alike."""
    top, *below = map(len, rows)
    usual, count = Counter(below or [top]).most_common(1)[0]
    apart = top not in below and count > 1
    uncut = usual == 1 and any(" " in row[0] for row in rows[1:])
    marked = [row[0].startswith("#") for row in rows]
    if marked[0] and (apart or uncut or (any(marked[1:2]) and not marked[-1])):
        raise InputError(
            f"{path}, line {line}: the line begins with #; if it is a comment, write "
            'comment="#" in csv()'
        )
    if apart:
        raise InputError(
            f"{path}, line {line}: {top} cells, but the rows below have {usual}; "
            f"if it is a title, write skip={line} in csv()"
        )


def columns_to_keep(names, rows, width):
    """Return the places of columns that have a name, or a value in the first rows.

    Where there are no `names`, only the last columns can be left out.
    """
    filled = [any(any(row[i : i + 1]) for row in rows) for i in range(width)]
    if names is None:
        filled = [any(filled[i:]) for i in range(len(filled))]
        names = [""] * len(filled)
    return [i for i, name in enumerate(names) if name or filled[i]]
