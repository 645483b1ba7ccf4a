from collections.abc import Callable

import numpy as np

from .fault import Fault


def check_samples(
    x: np.ndarray, shape: tuple[int, ...], where: Callable[..., str], nan: bool = False
) -> None:
    """Samples must have this shape and hold finite numbers, or where allowed NaN."""
    if x.shape[1:] != shape:
        raise Fault(f"{where(0)}: its shape is {x.shape[1:]}, but the input's {shape}")
    for start in range(0, len(x) if x.dtype.kind == "f" else 0, 4096):
        block = x[start : start + 4096]
        odd = np.argwhere(np.isinf(block) if nan else ~np.isfinite(block)).tolist()
        if odd:
            row, *place = odd[0]
            value = f"{block[row, *place]} at {tuple(place)}"
            raise Fault(f"{where(start + row)}: {value}; mend it, or use an impute")
