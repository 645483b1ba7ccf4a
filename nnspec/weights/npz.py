"""The weights.npz that a training leaves behind."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nnspec import ir
from nnspec.record import Record

Array = np.ndarray[Any, Any]


class Unfit(Exception):
    """A file that is not what it should be; the message says why."""


class Trained(Record):
    """What a file holds: weights, what was learnt of the data, and what it says."""

    weights: Mapping[str, Array]
    learnt: Mapping[str, Array]
    about: Mapping[str, object]


def read(path: Path, network: ir.Network) -> Trained:
    """Read weights of this network. Raises `Unfit`, or `OSError`."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
            about = json.loads(file.zip.comment or b"{}")
    except (ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile) as e:
        raise Unfit(f"it is no .npz file of weights ({e})") from None
    shapes = {weight.name: weight.shape for weight in network.weights}
    for name, shape in shapes.items():
        found = arrays[name].shape if name in arrays else "no such array"
        if found != shape:
            raise Unfit(f"`{name}` should be {shape}, but there is {found}")
    learnt = {n: a for n, a in arrays.items() if n.startswith("data/")}
    return Trained({name: arrays[name] for name in shapes}, learnt, about)


def write(weights: Mapping[str, Array], learnt: Mapping[str, Array]) -> bytes:
    """The bytes of such a file, which any script with these weights takes."""
    file = io.BytesIO()
    np.savez(file, **(dict(weights) | dict(learnt)))  # type: ignore[arg-type]
    return file.getvalue()
