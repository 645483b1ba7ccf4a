from collections.abc import Callable

import numpy as np

from .fault import Fault


def target_values(
    y: np.ndarray, shape: tuple[int, ...], where: Callable[[int], str]
) -> np.ndarray:
    """Labels in the shape of the network's outputs."""
    if y.shape[1:] != shape and (*y.shape[1:], 1) != shape:
        raise Fault(
            f"{where(0)}: a label of shape {y.shape[1:]} for outputs of shape {shape}; "
            "change the network's last layer, or write one_hot(target) for classes"
        )
    odd = np.argwhere(~np.isfinite(y))
    if len(odd):
        raise Fault(f"{where(odd[0][0])}: the label {y[tuple(odd[0])]}; correct it")
    return y.reshape(len(y), *shape)
