import contextlib

from .input_error import InputError


@contextlib.contextmanager
def as_learnt():
    """Samples that do not go with what was learnt from others are a fault."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"what was learnt does not go with the samples: {error}; "
            "take the weights.npz of a training on this data"
        ) from error
