import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from .fault import Fault
from .reason import reason

IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_unpacked(path: Path) -> bytes:
    """All bytes of a file, unpacked if it is a gzip file, whatever its name."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error) as error:
        raise Fault(f"{path}: {reason(error)}; check it or get it anew") from error


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
