import operator
from itertools import repeat


def in_step(each, passes, parts):
    """Run the passes of all shares of a batch side by side, from `yield` to `yield`.

    `each` is a map. What the passes yield are the means of their shares: they become
    the mean of the batch, in which a share counts by its size. Return the last of
    these.
    """
    mean = None
    while (arrays := [*each(next, passes, repeat(None))])[0] is not None:
        mean = sum(map(operator.mul, parts, arrays))
        for array in arrays:
            array[...] = mean
    return mean
