import shutil
import sys
import time


def progress(steps, title, measured=str):
    """Yield each step; with a title, a terminal shows a bar, and what is `measured`."""
    shown = title and sys.stderr and sys.stderr.isatty()
    began = drawn = time.monotonic()
    try:
        for i, step in enumerate(steps):
            now = time.monotonic()
            if shown and i and now - drawn > 0.1:
                drawn, each = now, (now - began) / i
                tail = (
                    f"{each * (len(steps) - i):.0f} s left, {each * 1000:.3g} ms each"
                )
                line = f"{title}  {i}/{len(steps)}  {measured()}  {tail}"
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
