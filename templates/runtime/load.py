import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from .fault import Fault
from .reason import reason


def load(path: Path, w: SimpleNamespace, shapes: dict[str, tuple]) -> dict:
    """Set the weights w to those of an .npz file; all that it holds, by name."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise Fault(f"{path}: {reason(error)}; it should be an .npz file") from None
    found = {k: a.shape for k, a in arrays.items() if not k.startswith("data/")}
    differences = [
        f"{name} is {found.get(name, 'missing')}, not {shapes.get(name, 'expected')}"
        for name in dict.fromkeys([*shapes, *found])
        if found.get(name) != shapes.get(name)
    ]
    if differences:
        raise Fault(f"{path} belongs to another model: {'; '.join(differences)}")
    for name, weight in zip(shapes, vars(w).values()):
        if arrays[name].dtype.kind not in "fiu":
            raise Fault(f"{path}: {name} holds {arrays[name].dtype}, not numbers")
        weight[...] = arrays[name]
    return arrays
