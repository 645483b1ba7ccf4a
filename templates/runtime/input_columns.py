import numpy as np

from .input_error import InputError


def input_columns(x, features, learnt, name, shape):
    """Return the columns of x that the features of an input have become.

    `features` are their places, None for all of them; one_hot widens some.
    """
    widths = learnt.get("data/one_hot", np.zeros(x.shape[1], int))
    columns = np.split(np.arange(x.shape[1]), np.cumsum(np.maximum(widths, 1))[:-1])
    chosen = columns if features is None else [columns[place] for place in features]
    found = x[:, np.concatenate(chosen)]
    if found.shape[1:] != shape:
        raise InputError(
            f"the columns of {name} make samples of shape {found.shape[1:]}, but the "
            f"network takes {shape}; change input(...), or the features"
        )
    return found
