import sys
import time


def progress(steps, title):
    """Go through `steps`; if there is a title, with a bar on a terminal."""
    began, shown = time.monotonic(), title and sys.stderr and sys.stderr.isatty()
    try:
        for i, step in enumerate(steps):
            if shown and i % (len(steps) // 100 + 1) == 0:
                left = (time.monotonic() - began) * (len(steps) - i) / max(i, 1)
                bar = f"{'=' * (40 * i // len(steps)):40}"
                sys.stderr.write(f"\r{title} [{bar}] {left:.0f} s left\033[K")
            yield step
    finally:
        if shown:
            sys.stderr.write("\r\033[K")
