import zipfile

import numpy as np

from .fault import Fault
from .reading import reading


def load(path, w, shapes):
    """Set the weights w to those of an .npz file; all that it holds, by name."""
    with reading(path, "it should be a weights.npz"), zipfile.ZipFile(path):
        arrays = dict(np.load(path, allow_pickle=False))
    found = {k: a.shape for k, a in arrays.items() if not k.startswith("data/")}
    differences = [
        f"{name} is {found.get(name, 'missing')}, not {shapes.get(name, 'expected')}"
        for name in shapes | found
        if found.get(name) != shapes.get(name)
    ]
    if differences:
        raise Fault(f"{path} belongs to another model: {'; '.join(differences)}")
    for name, weight in zip(shapes, vars(w).values()):
        with reading(f"{path}: {name}", "it should be numbers"):
            np.copyto(weight, arrays[name])
    return arrays
