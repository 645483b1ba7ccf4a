import contextlib
import importlib


def lock(path):
    """An open file that nobody else gets until it is closed; None if someone has it."""
    file = path.open("a")
    with contextlib.suppress(ImportError):  # Windows has no such locks
        fcntl = importlib.import_module("fcntl")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
    return file
