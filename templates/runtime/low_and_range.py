from collections.abc import Callable
from typing import Any

import numpy as np


def low_and_range(
    x: Any, so_far: Callable[[Any], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The smallest value of each feature, and from there to its largest (1 if it is 0).

    Read in blocks of rows, to which the transforms so far are applied; NaN is missing.
    """
    low: np.ndarray | float = np.inf
    high: np.ndarray | float = -np.inf
    for start in range(0, len(x), 4096):
        block = so_far(x[start : start + 4096])
        low = np.fmin(low, np.fmin.reduce(block))
        high = np.fmax(high, np.fmax.reduce(block))
    width = np.asarray(high - low)
    width[width == 0] = 1
    return np.asarray(low), width
