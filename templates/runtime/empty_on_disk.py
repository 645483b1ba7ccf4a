import math
import os
import tempfile

import numpy as np

from .input_error import InputError


def empty_on_disk(folder, shape, dtype=float, order="C"):
    """Return an array in a file of a folder, which has no name and goes with it."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if not size:
        return np.empty(shape, dtype, order)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):  # a full disk is told now, or never
                os.posix_fallocate(file.fileno(), 0, size)
            return np.asarray(np.memmap(file, dtype, "w+", shape=shape, order=order))
    except OSError as error:
        raise InputError(
            f"{folder}: {size / 1e9:.1f} GB are needed, {error.strerror}; run it in a "
            "folder on a disk with room"
        ) from error


class DiskRows:
    """Rows of an array on disk, read when they are used."""

    def __init__(self, array):
        self.array = array

    def __len__(self):
        return len(self.array)

    def __getitem__(self, index):
        return np.ascontiguousarray(self.array[index])
