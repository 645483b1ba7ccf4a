from pathlib import Path

import numpy as np

from .pair import pair
from .read_idx import read_idx


def read_idx_parts(
    paths: dict[str, tuple[Path, Path]],
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Each part's (x, y), read from its two IDX files."""
    return {
        part: pair(read_idx(x), read_idx(y), str(x), str(y))
        for part, (x, y) in paths.items()
    }
