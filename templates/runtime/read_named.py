import numpy as np

from .as_samples import as_samples
from .file_errors import file_errors
from .named import Named


def read_named(path, shapes):
    """Read the samples of several inputs of these shapes: x/NAME in an .npz file."""
    with file_errors(path, "save each as x/NAME with np.savez, or as x_test/NAME"):
        file = np.lib.npyio.NpzFile(path)
        names = [f"x_test/{name}" for name in shapes]
        start = "x_test" if {*names} <= {*file.files} else "x"
        if lacking := [name for name in shapes if f"{start}/{name}" not in file]:
            raise ValueError(f"it has {file.files}, but no {start}/{lacking[0]}")
        found = {name: np.asarray(file[f"{start}/{name}"]) for name in shapes}
    return Named({name: as_samples(x, shapes[name], path) for name, x in found.items()})
