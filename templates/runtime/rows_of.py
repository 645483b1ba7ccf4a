import numpy as np

from .column import Column
from .rows import Rows


def rows_of(names, cells, place, plain=None):
    """Return rows of texts, of which `cells` has those of each of these columns."""
    columns = {name: Column(of_texts=True, plain=plain) for name in names}
    for column, texts in zip(columns.values(), cells):
        column.add(texts)
        column.finish()
    return Rows(columns, place, np.arange(len(cells[0])))
