"""Layers that draw random numbers while training."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, quoted
from nnspec.plan.names import batch_shape
from nnspec.plan.step import (
    Buffer,
    Seed,
    Step,
)
from nnspec.quote import Code, literal
from nnspec.record import replace
from nnspec.table.entry import Layer


def add_noise(layout: Layout, layer: ir.Call) -> None:
    """What is drawn changes a value, in its place where nobody needs it any more.

    Nothing is added where the strength of the noise, the first argument, is 0.
    """
    entry, arguments = cast(Layer, layer.use.entry), layer.use.arguments
    if not arguments[entry.arguments[0].name]:
        return
    x, name = layout.value, layout.names[layer.name]
    in_place = x.free or (x.sign_only and entry.keeps_sign)
    y = x if in_place else replace(x, owner=name, free=True, sign_only=False)
    if not in_place:
        layout.hold(y.owner, y.shape)
    draws = cast(str, entry.draws)
    layout.draws.add(draws)
    drawn = layout.fresh(name, draws)
    layout.buffers.append(Buffer(drawn, _drawn_shape(layer)))
    seed = arguments["seed"]
    if seed is not None:
        layout.seeds.append(Seed(name, literal(seed)))
    _, by_input = entry.count_derivative(layer.input_shape, y.shape, arguments)
    layout.steps.append(
        Step(
            kind="layers",
            template=entry.template or entry.name,
            derivative=Code(entry.name) if by_input else None,
            arguments=quoted(arguments),
            facts=quoted(entry.facts(x.shape, arguments)),
            x=x.a,
            y=y.a,
            dy=y.da,
            in_place=in_place,
            drawn=Code(f"a.{drawn}"),
            rng=Code("rng" if seed is None else f"own.{name}"),
        )
    )
    layout.value = y


def _drawn_shape(layer: ir.Call) -> Code:
    """The shape of what is drawn for a batch: that of the batch, or the layer's."""
    shape, entry = layer.output_shape, cast(Layer, layer.use.entry)
    given = entry.drawn(shape, layer.use.arguments)
    if given is None:
        return batch_shape(shape)
    batch, *sizes = cast("tuple[int | None, ...]", given)
    drawn = (n or size for size, n in zip(shape, sizes, strict=True))
    return batch_shape(tuple(drawn), "1" if batch else "n")
