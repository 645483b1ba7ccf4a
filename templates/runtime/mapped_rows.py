import numpy as np


class MappedRows:
    """Rows of an array on disk in another order, read when they are used."""

    def __init__(self, array, rows):
        self.array, self.rows = array, rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return MappedRows(self.array, self.rows[index])

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array[self.rows], dtype)
