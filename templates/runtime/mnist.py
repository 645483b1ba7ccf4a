import os
from pathlib import Path

import numpy as np

from .download import download
from .fault import Fault
from .pair import pair
from .read_idx import read_idx

MNIST_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MNIST_FILES = """
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
"""  # the SHA-256 of each unpacked file, and its name


def read_mnist(data_dir: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The digits: x uint8 (N, 28, 28) and y uint8 (N,) of "train" and of "test".

    From mnist/ in the data directory, else from the cache, where downloads go, too.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder, cached = data_dir / "mnist", Path(cache, "nnspec", "mnist")
    paths = []
    for line in MNIST_FILES.strip().splitlines():
        sha256, name = line.split()
        packed = f"{name}.gz"
        places = folder / packed, folder / name, cached / packed, cached / name
        paths.append(
            next((place for place in places if os.path.exists(place)), places[2])
        )
        if not os.path.exists(paths[-1]):
            download(MNIST_URL + packed, paths[-1], sha256)
    parts = {}
    for part, (images, labels) in {"train": paths[:2], "test": paths[2:]}.items():
        x, y = pair(read_idx(images), read_idx(labels), str(images), str(labels))
        if x.shape[1:] != (28, 28) or y.ndim != 1:
            raise Fault(f"{images.parent}: not the files of MNIST; put those there")
        parts[part] = x, y
    return parts
