import numpy as np


class Rows:
    """Rows of a table: its columns by their names, and the place of each row."""

    def __init__(self, columns, place, index):
        self.columns, self.place, self.index = columns, place, index

    def __len__(self):
        return len(self.index)

    def __getitem__(self, some):
        return Rows(self.columns, self.place, self.index[some])

    def __array__(self, dtype=None, copy=None):
        """The cells as texts; numbers as Python writes them."""
        cells = [self.texts(name) for name in self.columns]
        return np.array(cells, dtype or object).T

    def where(self, row):
        """Return what messages call a row."""
        return self.place(self.index[row])

    def only(self, names):
        """Return the same rows of some columns."""
        some = {name: self.columns[name] for name in names}
        return Rows(some, self.place, self.index)

    def values(self, name):
        """Return the numbers of a column, NaN for texts."""
        values = self.columns[name].values
        return np.full(len(self), np.nan) if values is None else values[self.index]

    def codes(self, name):
        """Return the codes of the texts of a column, -1 for numbers."""
        codes = self.columns[name].codes
        return np.full(len(self), -1) if codes is None else codes[self.index]

    def texts(self, name):
        """Return the cells of a column as texts."""
        texts = np.array([*self.columns[name].texts, ""], dtype=object)
        cells, codes = texts[self.codes(name)], self.codes(name)
        numbers = np.flatnonzero(codes < 0)
        cells[numbers] = [*map(repr, self.values(name)[numbers].tolist())]
        return cells
