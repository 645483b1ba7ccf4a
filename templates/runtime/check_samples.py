import numpy as np

from .input_error import InputError


def check_samples(x, shape, where, nan=False):
    """Check that samples have this shape, and numbers up to 1e38 (or NaN, if so)."""
    if x.dtype.kind not in "biuf" or x.shape[1:] != shape or not x.size:
        found = f"an array {x.dtype} {x.shape} does not hold samples {shape}"
        raise InputError(f"{where(0)}: {found}; give numbers (N, {str(shape)[1:]}")
    for start in range(0, len(x) if x.dtype.kind == "f" else 0, 4096):
        block = x[start : start + 4096]
        fits = (np.abs(block) < np.float32(1e38)) | (nan & np.isnan(block))
        if odd := np.argwhere(~fits).tolist():
            row, *place = odd[0]
            found = f"{where(start + row)}: {block[row, *place]} at {tuple(place)}"
            raise InputError(f"{found}; give numbers up to 1e38, NaN only to impute")
