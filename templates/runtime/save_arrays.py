import json
import zipfile

import numpy as np

from .write_whole import write_whole


def save_arrays(path, arrays, about):
    """Write an .npz file, and what it is of as its comment, which `unzip -z` shows."""
    with write_whole(path) as file, zipfile.ZipFile(file.buffer, "w") as archive:
        archive.comment = json.dumps(about).encode()
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)
