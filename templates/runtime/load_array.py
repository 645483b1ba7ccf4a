import io

import numpy as np

from .file_errors import file_errors


def load_array(path):
    """Map the array of a .npy file; read x, x_test or the only one of an .npz."""
    with file_errors(path, "save numbers with np.save, or as x with np.savez"):
        with path.open("rb") as file:
            whole = None if path.is_file() else io.BytesIO(file.read())  # of a pipe
            if (whole or file).read(2) not in (b"\x93N", b"PK"):
                raise ValueError("it is no .npy or .npz file")
        if whole:
            whole.seek(0)
        loaded = np.load(whole or path, mmap_mode=None if whole else "r")
        if not isinstance(loaded, np.ndarray):
            names = loaded.files
            known = [name for name in ("x", "x_test") if name in names]
            if not known and len(names) != 1:
                raise ValueError(f"neither x nor x_test is in it, but {names}")
            loaded = loaded[(known or names)[0]]
        if loaded.dtype.kind not in "biuf":
            raise ValueError(f"it holds {loaded.dtype}")
        return loaded
