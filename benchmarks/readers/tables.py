"""Write the tables that are read: FOLDER BYTES."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

_ROWS = 10_000  # of a block
_KINDS = [f"kind {letter}" for letter in "ABCD"]
_PLACES = ["Bergen", "Cork", "Faro", "Graz", "Lund", "Nice", "Turku", "Zadar"]


def numbers(rng: np.random.Generator) -> Iterator[str]:
    """19 columns of numbers, and one of the target."""
    yield ",".join([*(f"x{i}" for i in range(19)), "y\n"])
    form = ",".join(["%.6f"] * 20) + "\n"
    while True:
        yield from (form % tuple(row) for row in rng.normal(size=(_ROWS, 20)).tolist())


def texts(rng: np.random.Generator) -> Iterator[str]:
    """Two columns of numbers, two of texts, and one of the target."""
    yield "size,weight,kind,place,y\n"
    while True:
        columns = rng.normal(size=(3, _ROWS)).tolist()
        words = [rng.choice(some, _ROWS).tolist() for some in (_KINDS, _PLACES)]
        for a, b, y, kind, place in zip(*columns, *words, strict=True):
            yield f"{a:.6f},{b:.6f},{kind},{place},{y:.6f}\n"


def main(folder: str, size: str) -> None:
    """Write so many bytes of each."""
    for table in (numbers, texts):
        path, left = Path(folder, f"{table.__name__}.csv"), int(size)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for line in table(np.random.default_rng(0)):
                file.write(line)
                left -= len(line)
                if left <= 0:
                    break


if __name__ == "__main__":
    main(*sys.argv[1:])
