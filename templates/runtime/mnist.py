import os
from pathlib import Path

from .download import download
from .read_idx import read_idx

MNIST_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MNIST_FILES = """
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
"""  # the SHA-256 of each unpacked file, and its name


def read_mnist(data_dir):
    """The digits: x uint8 (N, 28, 28) and y uint8 (N,) of "train" and of "test".

    From mnist/ in the data directory, else from the cache, where downloads go, too.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folders, arrays = (Path(data_dir, "mnist"), Path(cache, "nnspec", "mnist")), []
    for line in MNIST_FILES.strip().splitlines():
        sha256, name = line.split()
        places = [folder / file for folder in folders for file in (f"{name}.gz", name)]
        path = next(filter(os.path.exists, places), places[2])
        if not os.path.exists(path):
            download(f"{MNIST_URL}{name}.gz", path, sha256)
        arrays.append(read_idx(path))
    return {"train": tuple(arrays[:2]), "test": tuple(arrays[2:])}
