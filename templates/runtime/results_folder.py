import contextlib
import os
import sys
from pathlib import Path

from .has_training import has_training
from .input_error import InputError
from .lock import lock


@contextlib.contextmanager
def results_folder(options, first):
    """A folder for results, kept from others: --out, or the next of FIRST, FIRST-2, ...

    With --resume it is the one of these that was written to last.
    """
    more = (first.with_name(f"{first.name}-{i}") for i in range(2, 10_000))
    folders = [options.out or first] if options.out or options.force else [first, *more]
    if options.resume:
        runs = filter(Path.exists, [folder / "checkpoint.npz" for folder in folders])
        last = max(runs, key=os.path.getmtime, default=folders[0] / "checkpoint.npz")
        folders = [last.parent]
    for folder in folders:
        fault = f"{folder} has a training: go on with --resume, or anew with --force"
        if options.resume or options.force or not has_training(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if held := lock(folder / ".lock"):
                break
            fault = f"another training writes to {folder}; wait, or give another --out"
    else:
        raise InputError(fault)
    if folder != folders[0] and not options.quiet:
        print(f"saving to {folder}; to go on with the last: --resume", file=sys.stderr)
    try:
        for part in folder.glob(".*.part"):  # of a training that was killed
            part.unlink()
        yield folder
    finally:
        with contextlib.suppress(OSError), held:
            (folder / ".lock").unlink()
            folder.rmdir()  # if it is empty
