from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .check_learnt import check_learnt
from .fault import Fault


def check_columns(
    learnt: dict[str, np.ndarray], columns: Sequence[str], path: Path
) -> None:
    """A table must have the columns of the one that was learnt from."""
    check_learnt(learnt, ["data/columns"])
    if learnt["data/columns"].tolist() != list(columns):
        raise Fault(
            f"{path}: other columns than the weights were trained on; train anew"
        )
