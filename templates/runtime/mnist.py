import os
from pathlib import Path

from .download import download
from .read_idx import read_idx

MNIST_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MNIST_FILES = """
440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609 train-images-idx3-ubyte
3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c train-labels-idx1-ubyte
8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6 t10k-images-idx3-ubyte
f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6 t10k-labels-idx1-ubyte
"""  # the SHA-256 of each file as it is published, with .gz, and its name without


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
