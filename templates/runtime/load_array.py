from pathlib import Path

import numpy as np

from .fault import Fault
from .reason import reason


def load_array(path: Path) -> np.ndarray:
    """The array of a .npy file; of an .npz archive x, x_test, or the only one."""
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, np.ndarray):
            names = loaded.files
            known = [name for name in ("x", "x_test") if name in names]
            if not known and len(names) != 1:
                raise ValueError(f"neither x nor x_test is in it, but {names}")
            loaded = loaded[(known or names)[0]]
        array = np.asarray(loaded)
        if array.dtype.kind not in "biuf":
            raise ValueError(f"it holds {array.dtype}")
    except Exception as error:  # a broken file fails in a dozen ways
        message = f"{path}: {reason(error)}; save numbers with np.save"
        raise Fault(f"{message}, or as x with np.savez") from error
    return array
