import contextlib
import importlib
from pathlib import Path

from .file_errors import file_errors
from .has_training import has_training
from .input_error import InputError
from .runs_with import runs_with
from .say import say


@contextlib.contextmanager
def results_folder(options, first):
    """Keep a folder for results from others: --out, or the next of FIRST, FIRST-2, ...

    With --resume it is the one of these that was written to last.
    """
    last = runs_with(first, "checkpoint.npz") if options.resume else []
    folders = [options.out or (last[0].parent if last else first)]
    if not (options.out or options.force or options.resume):
        folders += [Path(f"{first}-{i}") for i in range(2, 10_000)]
    for folder in folders:
        fault = f"{folder} has a training: go on with --resume, or anew with --force"
        if has_training(folder) and not (options.resume or options.force):
            continue
        with file_errors(f"cannot write {folder}", "try --out DIR"):
            folder.mkdir(parents=True, exist_ok=True)
            held = (folder / ".lock").open("a")
        try:
            with contextlib.suppress(ImportError):  # Windows has no such locks
                fcntl = importlib.import_module("fcntl")
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            fault = f"another training writes to {folder}; wait, or give another --out"
    else:
        raise InputError(fault)
    if folder != folders[0]:
        say(options, f"saving to {folder}; to go on with the last: --resume")
    try:
        for part in folder.glob(".*.part"):  # of a training that was killed
            part.unlink()
        yield folder
    finally:
        with contextlib.suppress(OSError), held:
            (folder / ".lock").unlink()
            folder.rmdir()  # if it is empty
