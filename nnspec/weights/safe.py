"""Files of the library safetensors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnspec.weights.matching import Found
from nnspec.weights.npz import Array, Trained, Unfit

_TEXTS = "nnspec.texts"


def write(library: Any, trained: Trained) -> bytes:
    """The bytes of a file: arrays of numbers, and those of texts beside them."""
    numbers, texts = dict(trained.weights), dict[str, list[object]]()
    for name, array in trained.learnt.items():
        if array.dtype.kind == "U":
            texts[name] = array.tolist()
        else:
            numbers[name] = array
    about = {"nnspec": json.dumps(dict(trained.about)), _TEXTS: json.dumps(texts)}
    arrays = {name: np.array(array, order="C") for name, array in numbers.items()}
    data: bytes = library.save(arrays, about)
    return data


def read(library: Any, path: str) -> tuple[list[Found], Mapping[str, Array]]:
    """The arrays of a file, and what was learnt of the data, if it is there."""
    try:
        with library.safe_open(path, "numpy") as file:
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            texts = json.loads((file.metadata() or {}).get(_TEXTS, "{}"))
            learnt = {name: np.array(value) for name, value in texts.items()}
    except Exception as error:  # it has errors of its own
        raise Unfit(f"it is no file of safetensors ({error})") from None
    learnt |= {n: found.pop(n) for n in [*found] if n.startswith("data/")}
    return [Found(name, array) for name, array in found.items()], learnt
