import numpy as np

from .file_errors import file_errors


def read_npz(path, names, trains=True):
    """Read (x, y) of each part by its names in an archive; training needs "train"."""
    with file_errors(
        path, "it should be an .npz file; npz(x=, y=) can name other arrays"
    ):
        file = np.lib.npyio.NpzFile(path)
        there = [p for p, n in names.items() if p == "train" * trains or {*n} & {*file}]
        if lacking := sorted({name for p in there for name in names[p]} - {*file}):
            raise ValueError(f"it has {[*file]}, but not {' and '.join(lacking)}")
        return {p: tuple(np.asarray(file[name]) for name in names[p]) for p in there}
