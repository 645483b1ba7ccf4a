import numpy as np

from .check_samples import check_samples
from .input_error import InputError


def check_given_ids(x, shape, count, where):
    """Check that samples have this shape, and ids: whole numbers from 0 to below count.

    Such an id is looked up, whatever the type that it is stored in.
    """
    check_samples(x, shape, where)
    for start in range(0, len(x), 4096):
        block = x[start : start + 4096]
        fits = (block >= 0) & (block < count) & (block == np.floor(block))
        if not fits.all():
            row, *place = np.argwhere(~fits).tolist()[0]
            found = f"{where(start + row)}: {block[row, *place]} at {tuple(place)}"
            raise InputError(f"{found} is no id from 0 to {count - 1}")
