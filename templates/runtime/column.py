import math

import numpy as np

from .is_number import is_number


class Codes(dict):
    """The codes of texts: 0, 1, ... in the order in which they come."""

    def __init__(self):
        self.texts = []

    def __missing__(self, cell):
        text = cell.strip(" ")
        if text == cell:
            self[cell] = len(self.texts)
            self.texts.append(cell)
        else:
            self[cell] = self[text]
        return self[cell]


class Column:
    """The cells of a column: numbers, and codes of texts.

    In `values` a text is NaN, in `codes` a number is -1; `texts` are those of the
    codes. Cells are added in blocks; where the first of them are all texts, or if it is
    to be `of_texts`, numbers are texts, too. `plain` writes numbers as Python does.
    """

    def __init__(self, of_texts=False, plain=None):
        self.of_texts, self.plain = of_texts, plain
        self.blocks, self.known = [], Codes()

    def add(self, cells):
        """Add cells: an array of numbers, or a tuple of texts."""
        if isinstance(cells, np.ndarray):
            self.blocks.append((cells.copy(), None))
            return
        values = codes = None
        if not self.of_texts:
            values = to_numbers(cells, self.plain)
            texts = np.flatnonzero(np.isnan(values))
            self.of_texts = len(texts) == len(cells) and not self.blocks
            if not self.of_texts and len(texts):
                codes = np.full(len(cells), -1, np.int32)
                codes[texts] = [self.known[cells[row]] for row in texts.tolist()]
        if self.of_texts:
            found = map(self.known.__getitem__, cells)
            values, codes = None, np.fromiter(found, np.int32, len(cells))
        self.blocks.append((values, codes))

    def finish(self):
        """Put the blocks together."""
        self.values = self.codes = None
        sizes = [len(v if v is not None else c) for v, c in self.blocks]
        if any(values is not None for values, _ in self.blocks):
            self.values = joined([v for v, _ in self.blocks], sizes, math.nan, float)
        if any(codes is not None for _, codes in self.blocks):
            self.codes = joined([c for _, c in self.blocks], sizes, -1, np.int32)
        self.texts = self.known.texts
        self.blocks = []
        return self


def joined(blocks, sizes, fill, dtype):
    """Return blocks as one array; one that is None is filled."""
    whole, stop = np.full(sum(sizes), fill, dtype), 0
    for block, size in zip(blocks, sizes):
        stop += size
        if block is not None:
            whole[stop - size : stop] = block
    return whole


def to_numbers(cells, plain):
    """Return texts as numbers up to 1e38; those that are none as NaN."""
    cells = [*map(plain, cells)] if plain else cells
    whole, values = "".join(cells), None
    if whole.isascii() and "_" not in whole:
        try:
            values = np.fromiter(map(float, cells), float, len(cells))
        except ValueError:
            values = None
    if values is None:
        numbers = (float(cell) if is_number(cell) else math.nan for cell in cells)
        values = np.fromiter(numbers, float, len(cells))
    return np.where(np.abs(values) < 1e38, values, math.nan)
