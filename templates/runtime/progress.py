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
                texts = [title, f"{i}/{len(steps)}", left]
                texts += [f"{name} {number(v)}" for name, v in measured().items()]
                texts += [f"{1000 * each:.3g} ms/step"] * (len(texts) > 3)
                room = shutil.get_terminal_size().columns - 1
                while len(texts) > 1 and len("  ".join(texts)) > room - 9:
                    texts.pop()
                bar = max(5, room - 4 - len("  ".join(texts)))
                bar = f"[{'=' * (bar * i // len(steps)):{bar}}]"
                line = "  ".join([bar, *texts])[:room]
                print(f"\r{line}\033[K", end="", file=sys.stderr, flush=True)
            yield step
    finally:
        if shown:
            sys.stderr.write("\r\033[K")
