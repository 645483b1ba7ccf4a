import gzip

import numpy as np


def mnist_arrays(folder):
    """Read (x, y) of both parts: each file has the shape of its array, then that."""
    arrays = []
    for part in ("train", "t10k"):
        for kind in ("images-idx3", "labels-idx1"):
            file = gzip.decompress((folder / f"{part}-{kind}-ubyte.gz").read_bytes())
            shape = np.frombuffer(file, ">u4", file[3], offset=4)
            array = np.frombuffer(file, np.uint8, offset=4 + shape.nbytes)
            arrays.append(array.reshape(shape))
    return {"train": tuple(arrays[:2]), "test": tuple(arrays[2:])}
