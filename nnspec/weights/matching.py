"""Which array of another library's file is which weight of a network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnspec.record import Record
from nnspec.weights.slots import Slot

Array = np.ndarray[Any, Any]

#: What PyTorch calls the arrays of a layer, and the weights of a normalization.
_TORCH = frozenset({"weight", "bias", "running_mean", "running_var"})
_OF_NORMALIZATIONS = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


class Found(Record):
    """An array of a file: its name there, and the layer that it says it is of."""

    name: str
    array: Array
    layer: str = ""


class Matched(Record):
    """The weights by their names here, and what there is to tell of them.

    `missing` are weights that no array fits, `left` arrays that are of none.
    """

    arrays: Mapping[str, Array]
    told: tuple[str, ...]
    missing: tuple[Slot, ...]
    left: tuple[str, ...]


def match(slots: Sequence[Slot], found: Sequence[Found]) -> Matched:
    """Find for each weight an array of its shape: by name, else by order.

    The order is that of the names, numbers in them by their size.
    """
    left = {each.name: each for each in sorted(found, key=_natural)}
    arrays: dict[str, Array] = {}
    told: list[str] = []
    for slot in slots:
        named = _named(slot, left)
        array = _fitted(slot, named) if named else None
        if named and array is not None:
            arrays[slot.name] = array
            del left[named.name]
    for slot in slots:
        if slot.name in arrays:
            continue
        likely = [each for each in left.values() if _may_be(slot, each)]
        fitting = ((each, _fitted(slot, each)) for each in likely)
        for each, array in fitting:
            if array is not None:
                arrays[slot.name] = array
                turned = ", transposed" * _is_turned(slot, each)
                told.append(f"{slot.name}: {each.name}{turned}, by order")
                del left[each.name]
                break
    missing = tuple(slot for slot in slots if slot.name not in arrays)
    return Matched(
        {s.name: arrays[s.name] for s in slots if s.name in arrays},
        tuple(told),
        missing,
        tuple(each.name for each in left.values() if each.array.ndim),
    )


def _natural(found: Found) -> list[tuple[int, str]]:
    """What a name is sorted by: `layer.10` comes after `layer.9`.

    Numbers go by how many digits they have, then by these: a file may hold any name,
    and of thousands of digits, Python makes no number.
    """
    parts = re.split(r"0*(\d+)", found.name)  # words and numbers in turn
    return [(len(part) if i % 2 else 0, part) for i, part in enumerate(parts)]


def _may_be(slot: Slot, found: Found) -> bool:
    """Whether an array has a name that PyTorch gives to such a weight, or none."""
    last = found.name.rpartition(".")[2]
    place = slot.name.rpartition("/")[2]
    usual = "bias" if place.endswith("bias") else "weight"
    return last not in _TORCH or last == _OF_NORMALIZATIONS.get(place, usual)


def _named(slot: Slot, left: Mapping[str, Found]) -> Found | None:
    """The array of that name, else of that layer and place, else of that path."""
    if slot.name in left:
        return left[slot.name]
    place = slot.path.rpartition("/")[2]
    of_layer = [
        each
        for each in left.values()
        if each.layer == slot.layer and each.name.rpartition("/")[2] == place
    ]
    return of_layer[0] if len(of_layer) == 1 else left.get(slot.path)


def _is_turned(slot: Slot, found: Found) -> bool:
    """Whether it is a kernel as PyTorch has it, outputs first and then inputs."""
    kernel = slot.name.rpartition("/")[2].endswith("kernel")
    return kernel and found.name.endswith((".weight", "weight_ih_l0"))


def _fitted(slot: Slot, found: Found) -> Array | None:
    """The array in the order of the slot's axes, None where it has another shape."""
    array = found.array
    if _is_turned(slot, found):  # (..., in, out) has places in order
        array = np.moveaxis(array, (0, 1), (-1, -2)) if array.ndim > 2 else array.T
    return np.array(array, order="C") if array.shape == slot.shape else None
