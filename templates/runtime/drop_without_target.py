import sys

import numpy as np

from .column_numbers import column_numbers
from .learn_categories import has_numbers


def drop_without_target(parts, missing):
    """Leave out the rows without a target, and say how many these are."""
    _, first = parts.get("train") or parts["test"]
    kinds = {n: has_numbers(first, n, missing) for n in first.columns}
    for part, (x, y) in parts.items():
        absent = np.zeros(len(y), bool)
        for name, numbers in kinds.items():
            words = missing["numbers" if numbers else "texts"]
            absent |= column_numbers(y, name, words)[1]
        if count := np.count_nonzero(absent):
            place = y.where(int(absent.argmax()))
            left_out = f"{count} without a target are left out, the first at {place}"
            print(f"{len(x)} rows: {left_out}", file=sys.stderr)
            parts[part] = x[~absent], y[~absent]
