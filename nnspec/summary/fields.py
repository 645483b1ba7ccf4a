"""What each layer of a network sees of the axes that windows move over."""

from __future__ import annotations

from functools import reduce
from typing import Literal, cast

from nnspec import ir
from nnspec.analyze.ways import entry_of
from nnspec.table.activations import sums_last
from nnspec.table.entry import ActivationEntry, Shape, activation_of
from nnspec.table.receptive_field import Sight, View

#: How many cells a value sees along each axis of what the first windows are given;
#: the whole of them once places are mixed; None where there are no windows before.
Field = tuple[int, ...] | Literal["whole"] | None

#: What is seen of each axis that windows have moved over.
_Views = tuple[View, ...] | Literal["whole"] | None


def receptive_fields(network: ir.Network) -> list[Field]:
    """The receptive field of each layer; a merge sees what its values see."""
    views = dict[str, _Views]()
    for call in network.calls:
        shapes = zip(call.inputs, call.input_shapes, strict=True)
        given = [_repeated(views[n], shape, call) for n, shape in shapes]
        before = reduce(_beside, given) if given else None
        entry = entry_of(call)
        seen: tuple[Sight, ...] | None = ()
        if call.inputs:
            seen = entry.sees(entry.given(call.input_shapes), call.use.arguments)
        views[call.name] = _through(_through(before, seen), _activation(call))
    return [_counted(views[call.name], call.output_shape) for call in network.calls]


def _repeated(views: _Views, shape: Shape, call: ir.Call) -> _Views:
    """What a merge sees of a value: the whole, where its cells are repeated."""
    repeats = len(call.inputs) > 1 and shape[:-1] != call.output_shape[:-1]
    return "whole" if views and repeats else views


def _beside(one: _Views, other: _Views) -> _Views:
    if one == "whole" or other == "whole":
        return "whole"
    if one is None or other is None:
        some = one or other
        return some and tuple(view.beside(View()) for view in some)
    if len(one) != len(other):
        return "whole"
    return tuple(a.beside(b) for a, b in zip(one, other, strict=True))


def _through(before: _Views, seen: tuple[Sight, ...] | None) -> _Views:
    if before == "whole" or seen == ():
        return before
    if seen is None:
        return "whole" if before else None
    views = before or (View(),) * len(seen)
    return tuple(v.through(sight) for v, sight in zip(views, seen, strict=True))


def _activation(layer: ir.Call) -> tuple[Sight, ...] | None:
    """None if the activation sums over an axis that windows move over."""
    use = activation_of(layer.use)
    if use is None or not cast(ActivationEntry, use.entry).normalizes:
        return ()
    return () if sums_last(layer.output_shape, use) else None


def _counted(views: _Views, shape: Shape) -> Field:
    if views is None or views == "whole":
        return views
    return tuple(view.field(n) for view, n in zip(views, shape, strict=False))
