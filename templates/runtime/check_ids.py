import numpy as np

from .fault import Fault


def check_ids(ids, size, where):
    """Samples must be rows of integers (N, L) below size."""
    if ids.ndim != 2 or ids.dtype.kind not in "iu" or not ids.size:
        found = f"an array {ids.dtype} {ids.shape} holds no rows of ids"
        raise Fault(f"{where(0)}: {found}; give integers, -1 where a row has no more")
    for start in range(0, len(ids), 4096):
        odd = np.argwhere(ids[start : start + 4096] >= size)
        if len(odd):
            row, column = odd[0]
            place = f"{where(start + row)}, column {column}"
            raise Fault(f"{place}: {ids[start + row, column]} is no id below {size}")
