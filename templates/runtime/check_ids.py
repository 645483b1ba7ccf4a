import numpy as np

from .input_error import InputError


def check_ids(ids, size, where):
    """Check that samples are rows (N, L) of integers below size; -1 fills a row up."""
    if ids.ndim != 2 or ids.dtype.kind not in "iu" or not ids.size:
        found = f"an array {ids.dtype} {ids.shape} holds no rows of ids"
        raise InputError(
            f"{where(0)}: {found}; give integers, -1 where a row has no more"
        )
    for start in range(0, len(ids), 4096):
        block = ids[start : start + 4096]
        for row, column in np.argwhere((block < -1) | (block >= size)).tolist():
            place = f"{where(start + row)}, column {column}"
            found = f"{block[row, column]} is no id from 0 to {size - 1}"
            raise InputError(f"{place}: {found}; -1 fills up a row")
