import contextlib
import os


@contextlib.contextmanager
def write_whole(path):
    """A new text file in UTF-8 that takes its name only when it is whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
