import zipfile
from pathlib import Path

import numpy as np

from .fault import Fault
from .pair import pair
from .reason import reason


def read_npz(
    path: Path, names: dict[str, tuple[str, str]]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Each part's (x, y): the arrays of an archive that have these names.

    "train" must be there; of the other parts, those are taken that are.
    """
    wanted = {name for x_and_y in names.values() for name in x_and_y}
    try:
        with zipfile.ZipFile(path), np.load(path, allow_pickle=False) as archive:
            there = archive.files
            found = {name: np.asarray(archive[name]) for name in wanted & set(there)}
    except Exception as error:  # a broken archive fails in a dozen ways
        raise Fault(f"{path}: {reason(error)}; save numbers with np.savez") from error
    parts = {}
    for part, (x, y) in names.items():
        if part == "train" or x in found or y in found:
            for name in (x, y):
                if name not in found:
                    raise Fault(
                        f"{path}: there is no array {name}, only {there}; "
                        "save it, or name yours in npz()"
                    )
            parts[part] = pair(found[x], found[y], f"{path}: {x}", f"{path}: {y}")
    return parts
