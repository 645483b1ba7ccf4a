import sys
import time
from collections.abc import Iterator

import numpy as np


def batches(order: np.ndarray, size: int, title: str) -> Iterator[np.ndarray]:
    """Parts of `order`; those of a titled one with a progress bar on a terminal."""
    bar, began = title and sys.stderr.isatty(), time.monotonic()
    for start in range(0, len(order), size):
        if bar and start // size % max(1, len(order) // size // 100) == 0:
            done, passed = start / len(order), time.monotonic() - began
            left = f"{passed / done - passed:.0f} s left" if done else ""
            line = f"\r{title} [{'=' * int(40 * done):40}] {left}\033[K"
            print(line, end="", file=sys.stderr, flush=True)
        yield order[start : start + size]
    if bar:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
