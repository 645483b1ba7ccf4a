import numpy as np

from .input_error import InputError


def input_columns(x, features, learnt, name, shape):
    """Return the columns of x that the features of an input have become.

    `features` are their places, None for all of them; one_hot and dates widen some.
    """
    widths = np.maximum(learnt.get("data/one_hot", np.zeros(x.shape[1], int)), 1)
    if "data/dates" in learnt:
        counts = np.where(learnt["data/dates"] == "", 1, 5)
        widths = np.add.reduceat(widths, np.cumsum(counts) - counts)
    columns = np.split(np.arange(x.shape[1]), np.cumsum(widths)[:-1])
    chosen = columns if features is None else [columns[place] for place in features]
    found = x[:, np.concatenate(chosen)]
    if found.shape[1:] != shape:
        raise InputError(
            f"the columns of {name} make samples of shape {found.shape[1:]}, but the "
            f"network takes {shape}; change input(...), or the features"
        )
    return found
