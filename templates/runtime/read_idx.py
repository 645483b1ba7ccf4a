import math
from pathlib import Path

import numpy as np

from .fault import Fault
from .read_unpacked import read_unpacked

IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path: Path) -> np.ndarray:
    """The array in an IDX file, the format of MNIST, packed with gzip or not.

    It starts with 0, 0, a type and the number of axes; then each size as a uint32.
    """
    data = read_unpacked(path)
    kind, axes = divmod(int.from_bytes(data[:4]), 256)
    if kind not in IDX_TYPES or not 1 <= axes <= 32:
        raise Fault(f"{path}: not an IDX file; csv, npz and npy have their own sources")
    dtype, start = np.dtype(IDX_TYPES[kind]), 4 + 4 * axes
    shape = [int.from_bytes(data[i : i + 4]) for i in range(4, start, 4)]
    count = math.prod(shape)
    if len(data) != start + dtype.itemsize * count or not count:
        raise Fault(f"{path}: {len(data)} bytes for an array {shape}; get it anew")
    array = np.frombuffer(data, dtype, offset=start).reshape(shape)
    return array.astype(dtype.newbyteorder("="), copy=False)
