"""What each layer of a network sees of the axes that windows move over."""

from __future__ import annotations

from typing import Literal, cast

from nnspec import ir
from nnspec.table.activations import sums_last
from nnspec.table.entry import Activation, Layer, Shape, activation_of
from nnspec.table.sight import Sight, field

#: How many cells a value sees along each axis of what the first windows are given;
#: the whole of them once places are mixed; None where there are no windows before.
Field = tuple[int, ...] | Literal["whole"] | None

#: For each axis, what the layers see of it, from the first one with windows on.
_Sights = tuple[tuple[Sight, ...], ...] | Literal["whole"] | None


def receptive_fields(layers: tuple[ir.Call, ...]) -> list[Field]:
    """The receptive field of each layer."""
    sights: _Sights = None
    found = list[Field]()
    for layer in layers:
        entry = cast(Layer, layer.use.entry)
        seen = entry.sees(layer.input_shape, layer.use.arguments)
        sights = _through(_through(sights, seen), _activation(layer))
        found.append(_counted(sights, layer.output_shape))
    return found


def _through(before: _Sights, seen: tuple[Sight, ...] | None) -> _Sights:
    if before == "whole" or seen == ():
        return before
    if seen is None:
        return "whole" if before else None
    axes = before or ((),) * len(seen)
    return tuple((*axis, sight) for axis, sight in zip(axes, seen, strict=True))


def _activation(layer: ir.Call) -> tuple[Sight, ...] | None:
    """None if the activation sums over an axis that windows move over."""
    use = activation_of(layer.use)
    if use is None or not cast(Activation, use.entry).normalizes:
        return ()
    return () if sums_last(layer.output_shape, use) else None


def _counted(sights: _Sights, shape: Shape) -> Field:
    if sights is None or sights == "whole":
        return sights
    return tuple(field(axis, n) for axis, n in zip(sights, shape, strict=False))
