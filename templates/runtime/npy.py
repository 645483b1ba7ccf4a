from .map_array import map_array


def map_npy(paths):
    """Map (x, y) of each part from .npy files: a row is read when it is used."""
    return {part: (map_array(x), map_array(y)) for part, (x, y) in paths.items()}
