import sys

import numpy as np

from .column import Column
from .find_columns import find_columns
from .input_error import InputError
from .rows import Rows


def read_sample(size, seed, path, names, read, wanted, chosen, plain, tell=True):
    """Read rows of a table at random, as `read_rows` reads all: so many, or a share.

    Each row draws a number from 0 to 1. Those below a share are taken, or those with
    the smallest numbers. What cannot be among these is let go as the table is read, so
    that it is never held as a whole.
    """
    columns = {name: Column(name in chosen, plain) for name in wanted}
    places, rng = find_columns(wanted, names, path), np.random.default_rng(seed)
    known = () if plain else [*columns.values()]
    limit, most = (size, np.inf) if size < 1 else (1.0, size)
    drawn, lines, count = np.zeros(0), np.zeros(0, int), 0
    for block, starts in read(places, known, 8192):
        numbers, count = rng.random(len(starts)), count + len(starts)
        some = np.flatnonzero(numbers < limit)
        if not len(some):
            continue
        for column, cells in zip(columns.values(), block):
            is_array = isinstance(cells, np.ndarray)
            column.add(cells[some] if is_array else [cells[i] for i in some.tolist()])
        drawn = np.append(drawn, numbers[some])
        lines = np.append(lines, starts[some])
        if len(drawn) > 2 * most:
            limit, drawn, lines = smallest(most, columns, drawn, lines)
    if len(drawn) > most:
        _, drawn, lines = smallest(most, columns, drawn, lines)
    if len(drawn) < min(2, count):
        raise InputError(
            f"{path}: sample={size} draws {len(drawn)} of {count:,} rows; "
            "write a larger share, or how many rows to draw"
        )
    if tell:
        told = f"{len(drawn):,} of {count:,} rows, drawn at random"
        if count <= most < np.inf:
            told = f"all {count:,} rows, for there are no more than sample={size}"
        print(f"{path}: {told}", file=sys.stderr)
    for column in columns.values():
        column.finish()
    return Rows(
        columns, lambda row: f"{path}, line {lines[row]}", np.arange(len(lines))
    )


def smallest(count, columns, drawn, lines):
    """Keep the rows with the smallest numbers drawn; the next one is their limit."""
    limit = np.partition(drawn, count)[count]
    kept = drawn < limit
    for column in columns.values():
        column.finish()
        cells = column.values, column.codes
        column.blocks = [tuple(part if part is None else part[kept] for part in cells)]
    return limit, drawn[kept], lines[kept]
