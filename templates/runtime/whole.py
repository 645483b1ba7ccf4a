import contextlib
import os


@contextlib.contextmanager
def whole(path, mode="w"):
    """A file to write, which takes its name only when it is whole."""
    part = path.with_name(path.name + ".part")
    with open(part, mode, encoding=None if "b" in mode else "utf-8") as file:
        yield file
    os.replace(part, path)
