from .input_error import InputError


def check_beside(x, words, shape):
    """Check that x and so many words beside it are the features of the network."""
    if (found := (x.shape[1] + words,)) != shape:
        raise InputError(
            f"the table makes samples of shape {found}, of which {words} values are "
            f"words, but the network takes {shape}; change its input, or the features"
        )
