"""Layers that draw random numbers while training."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.table.entry import LayerEntry
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Seed
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal


def add_noise(layout: Layout, call: ir.Call, x: Value) -> Value:
    """What is drawn changes a value, in its place where nobody needs it any more.

    Nothing is added where the strength of the noise, the first argument, is 0.
    """
    entry, arguments = cast(LayerEntry, call.use.entry), call.use.arguments
    if not arguments[entry.arguments[0].name]:
        return x
    name, draws = layout.names[call.name], cast(str, entry.draws)
    layout.draws.add(draws)
    if (seed := arguments["seed"]) is not None:
        layout.seeds.append(Seed(name, literal(seed)))
    rng = Code("rng" if seed is None else f"own.{name}")
    y = layout.output(call, x)
    drawn = Value(y.shape, name, draws, whole_shape=_drawn_shape(call))
    _, by_input = entry.count_derivative(call.input_shape, y.shape, arguments)
    return layout.add(
        Operation(
            lambda op: layer_step(
                call,
                op,
                in_place=y.array is x.array,
                drawn=drawn.a,
                rng=rng,
            ),
            (x,),
            (y, drawn),
            y,
            (Back.OVER if by_input else Back.SAME,),
            over=(x,),
            keeps_sign=entry.keeps_sign,
            looks=(drawn,) if by_input else (),
        )
    )


def _drawn_shape(call: ir.Call) -> Code:
    """The shape of what is drawn for a batch: that of the batch, or the layer's."""
    shape, entry = call.output_shape, cast(LayerEntry, call.use.entry)
    given = entry.drawn(shape, call.use.arguments)
    if given is None:
        return batch_shape(shape)
    batch, *sizes = cast("tuple[int | None, ...]", given)
    drawn = (n or size for size, n in zip(shape, sizes, strict=True))
    return batch_shape(tuple(drawn), "1" if batch else "n")
