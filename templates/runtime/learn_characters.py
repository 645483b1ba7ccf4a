import numpy as np

from .input_error import InputError


def learn_characters(text, most, place):
    """Return the different characters of a text, sorted; an id is a place among them.

    The network has ids and outputs for `most` of them.
    """
    found = np.array(sorted({*text}), "U1")
    if len(found) > most:
        raise InputError(
            f"{place}: {len(found)} different characters, and the network tells "
            f"{most} apart; give its embedding and its last layer {len(found)}"
        )
    return found
