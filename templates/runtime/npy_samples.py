from .map_array import map_array


def map_samples(paths):
    """Map (x,) of each part from a .npy file: a row is read when it is used."""
    return {part: (map_array(path),) for part, path in paths.items()}
