"""IMDb for the peers: the first words of each review as ids, then 0."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.peers.imdb import VALIDATION, read
from benchmarks.peers.task import Part, Task

WORDS, LENGTH = 10_000, 256


def _load(data_dir: Path) -> dict[str, Part]:
    """Ids (N, 256): from 2 on those of the most frequent words, 1 for all others."""
    texts, y = read(data_dir, "train")
    x_test, y_test = read(data_dir, "test")
    counts = Counter(word for words in texts[:-VALIDATION] for word in words)
    ids = {word: i for i, (word, _) in enumerate(counts.most_common(WORDS - 2), 2)}
    x = _rows(texts, ids)
    return {
        "train": (x[:-VALIDATION], y[:-VALIDATION]),
        "validation": (x[-VALIDATION:], y[-VALIDATION:]),
        "test": (_rows(x_test, ids), y_test),
    }


TASK = Task(
    (
        ("embedding", WORDS, 16),
        ("global_average_pooling1d",),
        ("dense", 16),
        ("dense", 1),
    ),
    "adam",
    learning_rate=0.003,
    load=_load,
)


def _rows(texts: list[list[str]], ids: dict[str, int]) -> np.ndarray:
    x = np.zeros((len(texts), LENGTH), np.int64)
    for row, words in zip(x, texts, strict=True):
        found = [ids.get(word, 1) for word in words[:LENGTH]]
        row[: len(found)] = found
    return x
