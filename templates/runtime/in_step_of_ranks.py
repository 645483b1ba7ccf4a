from itertools import repeat

import numpy as np

from .ranks import add_up


def in_step(each, passes, parts):
    """Run the passes of all shares of a batch side by side, from `yield` to `yield`.

    `each` is a map. What the passes yield are the means of their shares: they become
    the mean of the batch, in which a share counts by its size, those of other ranks
    among them. Return the last of these.
    """
    mean = None
    while (arrays := [*each(next, passes, repeat(None))])[0] is not None:
        mean = add_up(np.stack([p * array for p, array in zip(parts, arrays)]))
        for array in arrays:
            array[...] = mean
    return mean
