import json
import re

import numpy as np

from .file_errors import file_errors
from .warn_of_nan import warn_of_nan


def load(path, w, shapes, same, way_out="take a weights.npz of this model"):
    """Set the weights w to those of an .npz file; all that it holds, by name.

    What it says of itself, if anything, must be the `same` as here; it is in "about".
    """
    with file_errors(path, way_out):
        file = np.lib.npyio.NpzFile(path)
        arrays, about = dict(file), {**json.loads(file.zip.comment or "{}")}
        for key, value in same.items() if about else ():
            if about.get(key) != value:
                found = f"{key} {about.get(key)!r}, this script has {value!r}"
                raise ValueError(f"it was trained with {found}")
        more = {k for k in arrays.keys() - shapes if re.match("(data|training)/", k)}
        found = {k: a.shape for k, a in arrays.items() if k not in more}
        if found != shapes:
            more, less = found.items() - shapes.items(), shapes.items() - found.items()
            raise ValueError(f"it has {dict(sorted(more))}, not {dict(sorted(less))}")
        for name, weight in zip(shapes, vars(w).values()):
            np.copyto(weight, arrays[name])
    warn_of_nan(path, w)
    return arrays | {"about": about}
