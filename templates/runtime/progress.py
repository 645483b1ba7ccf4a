import shutil
import sys
import time

from .number import number


def progress(steps, title, measured=dict):
    """Yield each step; with a title, a terminal shows a bar, and what is `measured`."""
    shown = title and sys.stderr and sys.stderr.isatty()
    began = drawn = time.monotonic()
    try:
        for i, step in enumerate(steps):
            now = time.monotonic()
            if shown and i and now - drawn > 0.1:
                drawn, left = now, (now - began) / i * (len(steps) - i)
                bar = f"[{'=' * (10 * i // len(steps)):10}] {title}"
                texts = [f"{name} {number(v)}" for name, v in measured().items()]
                texts = [bar, f"{i}/{len(steps)}", f"{left:.0f} s left", *texts]
                line = "  ".join(texts)[: shutil.get_terminal_size().columns - 1]
                print(f"\r{line}\033[K", end="", file=sys.stderr, flush=True)
            yield step
    finally:
        if shown:
            sys.stderr.write("\r\033[K")
