import numpy as np

from .input_error import InputError


def fill_value(x, so_far, choose):
    """Return what `choose` picks from the values of each feature, without NaN.

    It reads some features at a time in blocks of rows, after the transforms so far.
    """
    starts = range(0, len(x), 4096)
    first = so_far(x[:1])
    fill = np.empty(first.size, first.dtype)
    step = max(1, 2**24 // len(x))
    for feature in range(0, fill.size, step):
        blocks = (so_far(x[i : i + 4096]).reshape(-1, fill.size) for i in starts)
        some = np.concatenate([block[:, feature : feature + step] for block in blocks])
        for place, values in enumerate(some.T, start=feature):
            known = values[~np.isnan(values)]
            if not len(known):
                raise InputError(
                    f"impute: no value for feature {place} in the training part"
                )
            fill[place] = choose(known)
    return fill.reshape(first.shape[1:])
