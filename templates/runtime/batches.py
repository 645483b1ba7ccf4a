import time

from .show import show


def batches(order, size, title):
    """Parts of `order`; if it has a title, with a progress bar on a terminal."""
    began, every = time.monotonic(), max(1, len(order) // size // 100) * size
    for first in range(0, len(order), size):
        if title and first % every == 0:
            done = max(first, 1) / len(order)
            left = (time.monotonic() - began) * (1 / done - 1)
            show(f"{title} [{'=' * int(40 * done):40}] {left:.0f} s left")
        yield order[first : first + size]
    show("")
