from collections.abc import Collection, Sequence

import numpy as np

from .encode_cells import encode_cells


def encode_target(
    cells: np.ndarray,
    places: np.ndarray,
    names: Sequence[str],
    learnt: dict[str, np.ndarray],
    missing: Collection[str],
) -> np.ndarray:
    """The targets' cells as numbers, names of classes as their indices."""
    classes = learnt.get("data/classes")
    known = {} if classes is None else {"data/categories/0": classes}
    y = encode_cells(cells, places, names, known, missing)
    return y[:, 0] if len(names) == 1 else y
