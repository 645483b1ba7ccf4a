import numpy as np

from .fault import Fault


def check_samples(x, shape, where, nan=False):
    """Samples must have this shape and hold finite numbers, or where allowed NaN."""
    if x.dtype.kind not in "biuf" or x.shape[1:] != shape or not x.size:
        found = f"an array {x.dtype} {x.shape} does not hold samples {shape}"
        raise Fault(f"{where(0)}: {found}; give numbers of that shape")
    for start in range(0, len(x) if x.dtype.kind == "f" else 0, 4096):
        block = x[start : start + 4096]
        odd = np.argwhere(np.isinf(block) if nan else ~np.isfinite(block)).tolist()
        if odd:
            row, *place = odd[0]
            value = f"{block[row, *place]} at {tuple(place)}"
            raise Fault(f"{where(start + row)}: {value}; mend it, or use an impute")
