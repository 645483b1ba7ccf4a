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
                drawn, each = now, (now - began) / i
                left = f"{each * (len(steps) - i):.0f} s left"
                texts = [f"{name} {number(v)}" for name, v in measured().items()]
                texts = [title, f"{i}/{len(steps)}", left, *texts]
                line = "  ".join([*texts, f"{each * 1000:.3g} ms a step"])
                # The bar takes what the line leaves of the terminal, up to 30 columns.
                columns = shutil.get_terminal_size().columns - 1
                size = min(30, columns - len(line) - 2)
                bar = f"{'=' * (size * i // len(steps)):{max(size, 1)}}"
                line = f"[{bar}] {line}" if size > 4 else line
                sys.stderr.write(f"\r{line[:columns]}\033[K")
                sys.stderr.flush()
            yield step
    finally:
        if shown:
            sys.stderr.write("\r\033[K")
