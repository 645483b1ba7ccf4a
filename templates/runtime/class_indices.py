from collections.abc import Callable

import numpy as np

from .fault import Fault


def class_indices(
    y: np.ndarray, shape: tuple[int, ...], where: Callable[[int], str]
) -> np.ndarray:
    """Labels as indices of classes, of which outputs of this shape tell shape[-1]."""
    if y.size != len(y) * np.prod(shape[:-1], dtype=int):
        raise Fault(f"{where(0)}: a label of shape {y.shape[1:]}; give a class's index")
    y = y.reshape(len(y), *shape[:-1])
    odd = np.argwhere((y < 0) | (y >= shape[-1]) | (y != np.floor(y)))
    if len(odd):
        label = f"{where(odd[0][0])}: the label {y[tuple(odd[0])]}"
        raise Fault(
            f"{label} is no class from 0 to {shape[-1] - 1}, one for each output"
        )
    return y.astype(np.intp)
