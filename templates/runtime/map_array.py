import numpy as np

from .file_errors import file_errors


def map_array(path):
    """Map the array of a .npy file, read-only."""
    with file_errors(path, "save numbers with np.save"):
        return np.lib.format.open_memmap(path, mode="r")
