"""IMDb for the peers: which words are in a review, in a dense array of float32."""

from __future__ import annotations

import csv
import gzip
import string
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.peers.task import Part, Task

WORDS = 10_000
VALIDATION = 10_000  # the last reviews for training
_SPACES = str.maketrans(dict.fromkeys(string.punctuation, " "))


def _load(data_dir: Path) -> dict[str, Part]:
    """Reviews (N, 10,000): 1 for each of the most frequent words that is in one."""
    texts, y = read(data_dir, "train")
    x_test, y_test = read(data_dir, "test")
    counts = Counter(word for words in texts[:-VALIDATION] for word in words)
    places = {word: i for i, (word, _) in enumerate(counts.most_common(WORDS - 1), 1)}
    x = _vectors(texts, places)
    return {
        "train": (x[:-VALIDATION], y[:-VALIDATION]),
        "validation": (x[-VALIDATION:], y[-VALIDATION:]),
        "test": (_vectors(x_test, places), y_test),
    }


TASK = Task((("dense", 16), ("dense", 16), ("dense", 1)), "rmsprop", 1e-3, _load)


def read(data_dir: Path, part: str) -> tuple[list[list[str]], np.ndarray]:
    """The words of each review, and the labels."""
    path = data_dir / "imdb" / f"{part}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"].lower().replace("<br />", " ") for row in rows]
    words = [text.translate(_SPACES).split() for text in texts]
    return words, np.array([int(row["label"]) for row in rows])


def _vectors(texts: list[list[str]], places: dict[str, int]) -> np.ndarray:
    x = np.zeros((len(texts), WORDS), np.float32)
    for row, words in zip(x, texts, strict=True):
        row[[places.get(word, 0) for word in words]] = 1.0
    return x
