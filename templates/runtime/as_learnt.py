import contextlib

from .input_error import InputError


@contextlib.contextmanager
def as_learnt():
    """Turn an error inside the block into one that says that the samples do not fit."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"what was learnt does not go with the samples: {error}; "
            "take the weights.npz of a training on this data"
        ) from error
