import numpy as np


class SparseRows:
    """Samples most of whose values are 0.

    Their first columns, those of frequent words, are an array, `common`. Of the others,
    sample i is not 0 in `columns[starts[i] : starts[i + 1]]`, where it has its
    `values`, or 1 if these are None.
    """

    def __init__(self, common, columns, starts, values):
        self.common, self.columns = common, columns
        self.starts, self.values = starts, values

    def __len__(self):
        return len(self.common)

    def __getitem__(self, rows):
        counts = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(counts)])
        shifts = self.starts[:-1][rows] - starts[:-1]
        places = np.repeat(shifts, counts) + np.arange(starts[-1])
        values = None if self.values is None else self.values[places]
        return SparseRows(self.common[rows], self.columns[places], starts, values)


def sparse_rows(rows, columns, shape, values=None):
    """Return samples that are not 0 in these places: row by row, each place once."""
    common = columns < 512
    kind = bool if values is None else values.dtype
    array = np.zeros((shape[0], min(shape[1], 512)), kind)
    array[rows[common], columns[common]] = 1 if values is None else values[common]
    starts = np.searchsorted(rows[~common], np.arange(shape[0] + 1))
    values = None if values is None else values[~common]
    return SparseRows(array, columns[~common].astype(np.int32), starts, values)
