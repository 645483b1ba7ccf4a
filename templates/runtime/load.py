import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from .fault import Fault


def load(path: Path, w: SimpleNamespace, names: dict[str, tuple]) -> dict:
    """Set the weights to those of an .npz file; all that it holds, by name."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise Fault(f"{path}: cannot be read as an .npz file: {error}") from None
    found = {k: a.shape for k, a in arrays.items() if not k.startswith("data/")}
    wrong = [
        f"{k} is {found.get(k, 'missing')}, not {names.get(k, 'expected')}"
        for k in dict.fromkeys([*names, *found])
        if found.get(k) != names.get(k)
    ]
    if wrong:
        raise Fault(f"{path} belongs to another model: {'; '.join(wrong)}")
    for name, weight in zip(names, vars(w).values()):
        weight[...] = arrays[name]
    return arrays
