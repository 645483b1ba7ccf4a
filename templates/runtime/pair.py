import numpy as np

from .fault import Fault


def pair(
    x: np.ndarray, y: np.ndarray, x_name: str, y_name: str
) -> tuple[np.ndarray, np.ndarray]:
    """`(x, y)` as they are, after a look: numbers, and a row of y for each of x."""
    for array, name in ((x, x_name), (y, y_name)):
        if array.dtype.kind not in "biuf":
            raise Fault(f"{name} holds {array.dtype}; save it as numbers")
        if array.ndim == 0 or array.size == 0:
            raise Fault(f"{name} has no rows (shape {array.shape}); save some")
    if len(x) != len(y):
        raise Fault(
            f"{x_name} has {len(x)} rows, but {y_name} has {len(y)}; "
            "give two that belong together"
        )
    return x, y
