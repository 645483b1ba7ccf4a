import sys
import time
from collections.abc import Iterator

import numpy as np


def batches(order: np.ndarray, size: int, title: str) -> Iterator[np.ndarray]:
    """Parts of `order`; if it has a title, with a progress bar on a terminal."""
    bar, began = title and sys.stderr.isatty(), time.monotonic()
    for first in range(0, len(order), size):
        if bar and (first // size) % max(1, len(order) // size // 100) == 0:
            done = max(first, 1) / len(order)
            left = (time.monotonic() - began) * (1 / done - 1)
            text = f"\r{title} [{'=' * int(40 * done):40}] {left:.0f} s left\033[K"
            print(text, end="", file=sys.stderr, flush=True)
        yield order[first : first + size]
    if bar:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
