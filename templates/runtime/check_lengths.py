from .input_error import InputError


def check_lengths(arrays, where):
    """Check that there are as many rows in all arrays, which have names."""
    sizes = {name: len(array) for name, array in arrays.items()}
    if len({*sizes.values()}) > 1:
        told = ", ".join(f"{size} of {name}" for name, size in sizes.items())
        raise InputError(f"{where(0)}: there are {told}; give as many of each")
