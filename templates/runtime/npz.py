import numpy as np

from .reading import reading


def read_npz(path, names):
    """Each part's (x, y), the arrays of an archive that have these names.

    "train" must be there; of the other parts, those are taken that are.
    """
    parts = {}
    with reading(path, "save numbers with np.savez"):
        file = np.lib.npyio.NpzFile(path)
        for part, pair in names.items():
            if part == "train" or not {*pair}.isdisjoint(file):
                parts[part] = tuple(np.asarray(file[name]) for name in pair)
    return parts
