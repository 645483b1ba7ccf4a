import numpy as np

from .input_error import InputError
from .is_number import is_number
from .read_text import read_text


def read_table(path):
    """Read the numbers of a CSV file, which may have a line of names above them."""
    text = enumerate(read_text(path).replace('"', "").splitlines(), 1)
    lines = [(i, line) for i, line in text if line.strip()]
    delimiter = next((d for d in ";\t," if lines and d in lines[0][1]), None)
    rows = []
    for i, line in lines:
        cells = line.split(delimiter)
        wrong = [j for j, cell in enumerate(cells) if not is_number(cell)]
        if (i, line) == lines[0] and len(wrong) == len(cells):
            continue  # the names of the columns
        if wrong:
            place = f"{path}, line {i}, column {wrong[0] + 1}"
            cell = cells[wrong[0]].strip()
            raise InputError(f"{place}: {cell!r} is no number; write one")
        row = np.array([float(cell) for cell in cells])
        if rows and len(row) != len(rows[0]):
            raise InputError(
                f"{path}, line {i}: {len(row)} numbers, but {len(rows[0])} above; "
                "give each row as many"
            )
        rows.append(row)
    return np.array(rows)
