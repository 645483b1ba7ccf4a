from pathlib import Path

from .fault import Fault


def find_file(name: str, folders: list[Path]) -> Path:
    """The file of that name, in the first of the folders that has it."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    places = " and ".join(str(folder.resolve()) for folder in folders)
    raise Fault(f"{name}: no such file in {places}; say where it is with --data-dir")
