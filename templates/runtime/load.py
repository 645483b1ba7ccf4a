import numpy as np

from .file_errors import file_errors


def load(path, w, shapes, way_out="it should be a weights.npz of this model"):
    """Set the weights w to those of an .npz file; all that it holds, by name."""
    with file_errors(path, way_out):
        arrays = dict(np.lib.npyio.NpzFile(path))
        found = {k: a.shape for k, a in arrays.items() if not k.startswith("data/")}
        if found != shapes:
            more, less = found.items() - shapes.items(), shapes.items() - found.items()
            raise ValueError(f"it has {dict(sorted(more))}, not {dict(sorted(less))}")
        for name, weight in zip(shapes, vars(w).values()):
            np.copyto(weight, arrays[name])
    return arrays
