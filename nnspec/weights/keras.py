"""Weights of Keras: `.weights.h5`, and the same within a `.keras` archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nnspec import ir
from nnspec.weights.matching import Found
from nnspec.weights.npz import Trained, Unfit
from nnspec.weights.slots import slots

_WITHIN = "model.weights.h5"


def write(library: Any, trained: Trained, network: ir.Network) -> bytes:
    """The bytes of a `.weights.h5` file for a model of the same layers in Keras."""
    buffer = io.BytesIO()
    with library.File(buffer, "w") as file:
        for slot in slots(network):
            array = trained.weights[slot.name]
            file.create_dataset(slot.path, data=array)
            group = file["/".join(slot.path.split("/")[:2])].require_group("vars")
            group.attrs["name"] = slot.layer
    return buffer.getvalue()


def read(library: Any, path: Path) -> list[Found]:
    """The arrays of a file in the order of its paths; an optimizer's are left out."""
    source: Any = path
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                source = io.BytesIO(archive.read(_WITHIN))
        with library.File(source, "r") as file:
            return _arrays(library, file)
    except (KeyError, zipfile.BadZipFile):
        raise Unfit(f"there is no {_WITHIN} in it") from None
    except OSError as error:
        raise Unfit(f"it is no file of HDF5 ({error})") from None


def _arrays(library: Any, file: Any) -> list[Found]:
    found: list[Found] = []

    def add(name: str, item: Any) -> None:
        if isinstance(item, library.Dataset) and name.startswith("layers/"):
            layer = file["/".join(name.split("/")[:2])].get("vars")
            told = layer.attrs.get("name", "") if layer is not None else ""
            found.append(Found(name, np.asarray(item), str(told)))

    file.visititems(add)
    return found
