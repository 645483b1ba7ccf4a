from collections.abc import Callable
from typing import Any

import numpy as np


class PreparedRows:
    """Samples that stay on disk: `x[rows]` reads some, and prepares them."""

    def __init__(self, x: Any, prepare: Callable[[Any], np.ndarray]) -> None:
        self.x, self.prepare = x, prepare

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, rows: Any) -> np.ndarray:
        return self.prepare(self.x[rows])
