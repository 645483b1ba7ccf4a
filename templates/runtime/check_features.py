from .input_error import InputError


def check_features(x, shape):
    """Check that x has as many features as the network takes."""
    if x.shape[1:] != shape:
        raise InputError(
            f"the table makes samples of shape {x.shape[1:]}, but the network takes "
            f"{shape}; change its input, or the features"
        )
    return x
