import numpy as np

from .check_memory import check_memory
from .column import Column
from .find_columns import find_columns
from .rows import Rows


def read_rows(path, names, read, wanted, chosen, plain):
    """Read the wanted columns of a table that `open_csv` has opened.

    Numbers in the `chosen` ones are texts; `plain` writes others as Python does.
    """
    check_memory(path)
    columns = {name: Column(name in chosen, plain) for name in wanted}
    places, lines = find_columns(wanted, names, path), []
    known = () if plain else [*columns.values()]
    for block, starts in read(places, known, 8192):
        for column, cells in zip(columns.values(), block):
            column.add(cells)
        lines.append(starts)
    for column in columns.values():
        column.finish()
    lines = np.concatenate([np.zeros(0, int), *lines])
    return Rows(
        columns, lambda row: f"{path}, line {lines[row]}", np.arange(len(lines))
    )
