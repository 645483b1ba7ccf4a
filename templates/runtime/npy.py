import numpy as np

from .file_errors import file_errors


def map_npy(paths):
    """Map (x, y) of each part from .npy files: a row is read when it is used."""
    return {part: (map_array(x), map_array(y)) for part, (x, y) in paths.items()}


def map_array(path):
    """Map the array of a .npy file, read-only."""
    with file_errors(path, "save numbers with np.save"):
        return np.lib.format.open_memmap(path, mode="r")
