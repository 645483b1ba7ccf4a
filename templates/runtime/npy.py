from .map_array import map_array


def map_npy(paths):
    """Map the arrays of each part from .npy files: a row is read when it is used."""
    return {part: tuple(map(map_array, some)) for part, some in paths.items()}
