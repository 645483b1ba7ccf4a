from pathlib import Path

from ..runtime.file_errors import file_errors
from ..runtime.has_training import has_training
from ..runtime.input_error import InputError


def new_folder(out, first, force):
    """Make a folder for results: `out`, or the next free one of FIRST, FIRST-2, ..."""
    folder, number = out or first, 1
    while not out and has_training(folder):
        number += 1
        folder = Path(f"{first}-{number}")
    if has_training(folder) and not force:
        raise InputError(f"{folder} has a training: overwrite it with --force")
    with file_errors(f"cannot write {folder}", "try --out DIR"):
        folder.mkdir(parents=True, exist_ok=True)
    return folder
