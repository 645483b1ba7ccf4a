import numpy as np

from .input_error import InputError


def sliding(x, length, every, stride, after, place):
    """Return the windows (N, length, ...) of the rows x (T, ...), which share memory.

    The rows of a window are `every` rows apart, and windows begin `stride` rows apart.
    Each has `after` more rows behind it.
    """
    span = (length - 1) * every + 1
    if len(x) < span + after:
        raise InputError(
            f"{place}: {len(x)} in a row are too few for a window of {span} and "
            f"{after} after it; make windows shorter, or give it more"
        )
    starts = np.lib.stride_tricks.sliding_window_view(x[: len(x) - after], span, axis=0)
    return np.moveaxis(starts[::stride, ..., ::every], -1, 1)
