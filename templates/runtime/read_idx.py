import gzip

import numpy as np

from .file_errors import file_errors


def read_idx(path):
    """Read the array of an IDX file, the format of MNIST, packed with gzip or not."""
    types = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
    with file_errors(path, "it should be an IDX file, the format of MNIST"):
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        # It starts with 0, 0, the type and the number of axes; then come their sizes.
        if data[:2] != b"\0\0" or len(data) < 4 or data[2] not in types:
            raise ValueError("it does not begin like one")
        shape = np.frombuffer(data, ">u4", data[3], 4)
        array = np.frombuffer(data, types[data[2]], offset=4 + shape.nbytes)
        return array.reshape(shape)
