import numpy as np

from .file_errors import file_errors


def load_array(path):
    """Read the array of a .npy file; of an .npz archive x, x_test, or the only one."""
    with file_errors(path, "save numbers with np.save, or as x with np.savez"):
        with path.open("rb") as file:
            if file.read(2) not in (b"\x93N", b"PK"):
                raise ValueError("it is no .npy or .npz file")
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
        return array
