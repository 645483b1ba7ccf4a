"""Which array of another library's file is which weight of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnspec.record import Record
from nnspec.weights.slots import Slot

Array = np.ndarray[Any, Any]


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
    """Find for each weight an array of its shape: by name, else by order."""
    left = {each.name: each for each in found}
    arrays: dict[str, Array] = {}
    told: list[str] = []
    for slot in slots:
        named = _named(slot, left)
        if named and _fitted(slot, named) is not None:
            arrays[slot.name] = _fit(slot, named)
            del left[named.name]
    for slot in slots:
        if slot.name in arrays:
            continue
        fitting = (each for each in left.values() if _fitted(slot, each) is not None)
        first = next(fitting, None)
        if first is not None:
            arrays[slot.name] = _fit(slot, first)
            turned = arrays[slot.name].shape != first.array.shape
            turned |= _is_turned(slot, first)
            told.append(f"{slot.name}: {first.name}{', transposed' * turned}, by order")
            del left[first.name]
    missing = tuple(slot for slot in slots if slot.name not in arrays)
    return Matched(
        {s.name: arrays[s.name] for s in slots if s.name in arrays},
        tuple(told),
        missing,
        tuple(each.name for each in left.values() if each.array.ndim),
    )


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
    array = found.array.T if _is_turned(slot, found) else found.array
    if _is_turned(slot, found) and array.ndim > 2:  # (..., in, out) has places in order
        array = np.moveaxis(found.array, (0, 1), (-1, -2))
    return array if array.shape == slot.shape else None


def _fit(slot: Slot, found: Found) -> Array:
    fitted = _fitted(slot, found)
    assert fitted is not None
    return np.array(fitted, order="C")
