from itertools import islice

import numpy as np

from .input_error import InputError
from .is_number import is_number
from .text_lines import text_lines


def read_table(path):
    """Yield the numbers of a CSV file, some rows at a time; names may stand above."""
    rows = number_rows(path)
    yield np.array([*islice(rows, 512)])  # a file without any gives one that is empty
    while block := [*islice(rows, 512)]:
        yield np.array(block)


def number_rows(path):
    """Yield the rows of numbers of a CSV file."""
    delimiter, top, width = None, 0, 0
    for i, line in enumerate(text_lines(path, "utf-8", "save it as UTF-8"), 1):
        if not (text := line.replace('"', "").strip()):
            continue
        if not top:
            top, delimiter = i, next((d for d in ";\t," if d in text), None)
        cells = text.split(delimiter)
        wrong = [j for j, cell in enumerate(cells) if not is_number(cell)]
        if i == top and len(wrong) == len(cells):
            continue  # the names of the columns
        if wrong:
            place = f"{path}, line {i}, column {wrong[0] + 1}"
            cell = cells[wrong[0]].strip()
            raise InputError(f"{place}: {cell!r} is no number; write one")
        width = width or len(cells)
        if len(cells) != width:
            raise InputError(
                f"{path}, line {i}: {len(cells)} numbers, but {width} above; "
                "give each row as many"
            )
        yield [float(cell) for cell in cells]
