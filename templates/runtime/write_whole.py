import contextlib
import os
from pathlib import Path


@contextlib.contextmanager
def write_whole(path):
    """Open a text file that takes its name once it is whole and on disk.

    A pipe or a device is written as it is.
    """
    plain, part = path.is_file() or not path.exists(), path
    if plain:
        path = Path(os.path.realpath(path))  # a link stays one
        part = path.with_name(f".{path.name[:99]}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            if plain:
                os.fsync(file.fileno())
        os.replace(part, path)  # a pipe by itself: nothing happens
    finally:
        if plain:
            part.unlink(missing_ok=True)
