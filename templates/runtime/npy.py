from pathlib import Path

import numpy as np

from .fault import Fault
from .pair import pair
from .reason import reason


def map_npy(
    paths: dict[str, tuple[Path, Path]],
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Each part's (x, y), mapped from .npy files: a row is read when it is used."""
    return {
        part: pair(map_array(x), map_array(y), str(x), str(y))
        for part, (x, y) in paths.items()
    }


def map_array(path: Path) -> np.ndarray:
    """The array in a .npy file, read-only and left on disk."""
    try:
        return np.lib.format.open_memmap(path, mode="r")
    except Exception as error:  # a broken header fails in a dozen ways
        raise Fault(f"{path}: {reason(error)}; save numbers with np.save") from error
