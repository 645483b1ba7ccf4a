import math

from .fault import Fault


def reshape_samples(x, shape):
    """The same values, each sample in this shape."""
    if math.prod(x.shape[1:]) != math.prod(shape):
        raise Fault(
            f"reshape: a sample of shape {x.shape[1:]} cannot take the shape {shape}; "
            "change the shape, or the network's input"
        )
    return x.reshape(len(x), *shape)
