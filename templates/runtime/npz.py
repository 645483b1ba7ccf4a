import numpy as np

from .reading import reading


def read_npz(path, names):
    """Each part's (x, y), by names in an archive; all but "train" may be missing."""
    with reading(path, "save numbers with np.savez"):
        file = np.lib.npyio.NpzFile(path)
        there = [p for p, pair in names.items() if p == "train" or {*pair} & {*file}]
        return {p: tuple(np.asarray(file[name]) for name in names[p]) for p in there}
