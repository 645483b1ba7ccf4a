import numpy as np

from .input_error import InputError


def one_hot_widths(learnt, names, chosen=None, others=0):
    """Return how many columns each one-hot column becomes, and 0 for the others.

    Categories that are not known have `others` of them: 1 or 0.
    """
    for name in chosen or ():
        if name not in names:
            raise InputError(
                f"one_hot: {name!r} is no feature; take it out of its columns"
            )
    widths = np.zeros(len(names), int)
    for column, name in enumerate(names):
        if f"data/categories/{column}" in learnt and (chosen is None or name in chosen):
            widths[column] = len(learnt[f"data/categories/{column}"]) + others
    return widths
