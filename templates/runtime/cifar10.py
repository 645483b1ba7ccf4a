import gzip
import os
import tarfile
from pathlib import Path

import numpy as np

from .download import download
from .file_errors import file_errors
from .read_cifar10_batch import read_cifar10_batch

CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
CIFAR10_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
CIFAR10_FILES = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]


def find_cifar10(folder):
    """Return the paths of the data: those of all batches, or that of the archive.

    They are .bin files in the folder or in its cifar-10-batches-bin/, or in the archive
    there; else in the cache, where downloads go, too.
    """
    name = CIFAR10_URL.rpartition("/")[2]
    downloads = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    for place in (folder, folder / "cifar-10-batches-bin"):
        paths = [place / file for file in CIFAR10_FILES]
        if any(map(os.path.exists, paths)):
            return paths
    path = folder / name
    if not os.path.exists(path):
        path = Path(downloads, "nnspec", "cifar10", name)
    if not os.path.exists(path):
        download(CIFAR10_URL, path, CIFAR10_SHA256)
    return [path]


def read_cifar10(paths):
    """Read pictures x uint8 (N, 32, 32, 3) and classes y uint8 (N,) of both parts."""
    if len(paths) == 1:
        batches = archived_batches(*paths)
    else:
        batches = [read_cifar10_batch(path) for path in paths]
    train = tuple(map(np.concatenate, zip(*batches[:-1])))
    return {"train": train, "test": batches[-1]}


def archived_batches(path):
    """Read x and y of each batch in the archive.

    It is read once from its beginning to its end; nothing is unpacked to disk.
    """
    found = {}
    with (
        file_errors(path),
        gzip.open(path) as file,
        tarfile.open(fileobj=file, mode="r|") as archive,
    ):
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            wanted = folder == "cifar-10-batches-bin" and name in CIFAR10_FILES
            if wanted and member.isfile():
                if member.size > 2**25:
                    raise ValueError(f"{name} is too large")
                found[name] = archive.extractfile(member).read()
        for name in CIFAR10_FILES:
            if name not in found:
                raise ValueError(f"{name} is not in it")
    return [read_cifar10_batch(path / name, found[name]) for name in CIFAR10_FILES]
