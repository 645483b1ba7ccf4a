import contextlib
import os
from pathlib import Path


@contextlib.contextmanager
def write_whole(path):
    """Open a text file that takes its name once it is whole and on disk.

    A pipe or a device is written as it is: /dev/stdout goes on as the shell has it.
    """
    plain = not path.is_relative_to("/dev") and (path.is_file() or not path.exists())
    part, mode = path, "w" if plain else "a"
    if plain:
        path = Path(os.path.realpath(path))  # a link stays one
        part = path.with_name(f".{path.name[:99]}.{os.getpid()}.part")
    try:
        with part.open(mode, encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            if plain:
                os.fsync(file.fileno())
        os.replace(part, path)  # a pipe by itself: nothing happens
    finally:
        if plain:
            part.unlink(missing_ok=True)
