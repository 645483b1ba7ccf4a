import numpy as np

from .file_errors import file_errors


def read_cifar10_batch(path, data=None):
    """Read x uint8 (N, 32, 32, 3) and y uint8 (N,) of a file of CIFAR-10, or its bytes.

    A record is 3,073 bytes: the class, then the red, green and blue planes.
    """
    with file_errors(path, "it should be of CIFAR-10's binary version"):
        data = path.read_bytes() if data is None else data
        if not data or len(data) % 3073:
            raise ValueError(f"{len(data):,} bytes are no records of 3,073")
        rows = np.frombuffer(data, np.uint8).reshape(-1, 3073)
        odd = np.flatnonzero(rows[:, 0] > 9)
        if odd.size:
            raise ValueError(f"record {odd[0]} is of class {rows[odd[0], 0]}, above 9")
        planes = rows[:, 1:].reshape(-1, 3, 32, 32)
        return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), rows[:, 0].copy()
