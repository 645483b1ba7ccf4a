import gzip
import os
import re
import tarfile
from pathlib import Path

import numpy as np

from .download import download
from .file_errors import file_errors
from .read_columns import read_columns

IMDB_URL = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
IMDB_SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"


def find_imdb(data_dir):
    """Return the paths of the data: those of both tables, or that of the archive.

    They are in imdb/ of the data directory, as train.csv.gz and test.csv.gz or as the
    archive; else in the cache, where downloads go, too.
    """
    folder = Path(data_dir, "imdb")
    tables = [folder / f"{part}.csv.gz" for part in ("train", "test")]
    if any(map(os.path.exists, tables)):
        return tables
    downloads = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    name = IMDB_URL.rpartition("/")[2]
    path = folder / name
    if not os.path.exists(path):
        path = Path(downloads, "nnspec", "imdb", name)
    if not os.path.exists(path):
        download(IMDB_URL, path, IMDB_SHA256)
    return [path]


def read_imdb(paths):
    """Read reviews of "train" and "test": texts (N,), and labels (N,) of 0 and 1."""
    if len(paths) == 1:
        return archived_reviews(*paths)
    return dict(zip(("train", "test"), map(table_of_reviews, paths)))


def table_of_reviews(path):
    """Read the texts and labels of a CSV file."""
    texts, labels = read_columns(path, ["text", "label"])
    with file_errors(path, "labels should be 0 or 1"):
        return np.array(texts, object), np.array(labels, float)


def archived_reviews(path):
    """Read the texts and labels of each part, in the order of their files' numbers.

    The archive is read once from its beginning to its end; nothing is unpacked to disk.
    """
    review = re.compile(r"aclImdb/(train|test)/(neg|pos)/(\d+)_\d+\.txt")
    found = {"train": [], "test": []}
    with (
        file_errors(path),
        gzip.open(path) as file,
        tarfile.open(fileobj=file, mode="r|") as archive,
    ):
        for member in archive:
            if (match := review.fullmatch(member.name)) and member.isfile():
                if member.size > 2**20:
                    raise ValueError(f"{member.name} is too large for a review")
                text = archive.extractfile(member).read().decode()
                part, label, number = match.groups()
                found[part].append((int(number), label == "pos", text))
        if not all(found.values()):
            raise ValueError("it lacks reviews to train with, or for the test")
    for part, reviews in found.items():
        _, labels, texts = zip(*sorted(reviews))
        found[part] = np.array(texts, object), np.array(labels)
    return found
