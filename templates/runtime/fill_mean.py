import numpy as np

from .input_error import InputError


def fill_mean(x, so_far):
    """Return the mean of each feature without NaN, after the transforms so far."""
    count = total = np.zeros(())
    for start in range(0, len(x), 4096):
        block = so_far(x[start : start + 4096])
        count = count + np.sum(~np.isnan(block), axis=0)
        total = total + np.nansum(block, axis=0, dtype=np.float64)
    if not np.all(count):
        feature = np.argwhere(count == 0)[0].tolist()
        raise InputError(f"impute: no value for feature {feature} in the training part")
    return np.asarray(total / count, block.dtype)
