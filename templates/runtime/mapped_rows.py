from typing import Any

import numpy as np


class MappedRows:
    """Rows of an array on disk, in another order; read when they are needed."""

    def __init__(self, array: np.ndarray, rows: np.ndarray) -> None:
        self.array, self.rows = array, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> "MappedRows":
        return MappedRows(self.array, self.rows[index])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.array[self.rows], dtype)
