import operator
from itertools import repeat


def in_step(each, passes, parts):
    """Take the passes of all shares of a batch side by side, from `yield` to `yield`.

    `each` is a map. The arrays that they yield are means of their shares: they become
    that of the batch, in which a share counts for its part. The last of these means.
    """
    mean = None
    while (arrays := [*each(next, passes, repeat(None))])[0] is not None:
        mean = sum(map(operator.mul, parts, arrays))
        for array in arrays:
            array[...] = mean
    return mean
