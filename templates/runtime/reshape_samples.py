import math

from .input_error import InputError


def reshape_samples(x, shape):
    """Return the same values, each sample in this shape."""
    if math.prod(x.shape[1:]) != math.prod(shape):
        raise InputError(
            f"reshape: a sample of shape {x.shape[1:]} cannot take the shape {shape}; "
            "change the shape, or the network's input"
        )
    return x.reshape(len(x), *shape)
