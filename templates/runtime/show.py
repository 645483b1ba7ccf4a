import sys


def show(text):
    """Write `text` over the line, if that is one of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)
