from collections.abc import Callable

import numpy as np

from .class_indices import class_indices


def one_hot_labels(
    y: np.ndarray, shape: tuple[int, ...], where: Callable[[int], str]
) -> np.ndarray:
    """Labels as 1 for their class and 0 for the others; the outputs have this shape."""
    return np.take(np.eye(shape[-1]), class_indices(y, shape, where), axis=0)
