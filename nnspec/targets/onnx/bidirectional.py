"""The rule of layers that go over all steps both ways."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.record import replace
from nnspec.table.wrappers import DIRECTIONS, MERGED, inner
from nnspec.targets.onnx.conv_recurrent import conv_lstm
from nnspec.targets.onnx.graph import Graph
from nnspec.targets.onnx.recurrent import states, turned


def bidirectional(g: Graph, call: ir.Call, x: str) -> str:
    """`bidirectional`: both ways, and merged."""
    both = [_one_way(g, call, x, way) for way in DIRECTIONS]
    match MERGED[cast(str, call.use.arguments["merge_mode"])]:
        case "concatenate":
            return g.op("Concat", *both, axis=-1)
        case "multiply":
            return g.op("Mul", *both)
        case "average":
            return g.op("Mul", g.op("Sum", *both), g.number(0.5))
    return g.op("Sum", *both)


def _one_way(g: Graph, call: ir.Call, x: str, way: str) -> str:
    """What one of the two layers gives, in the order of the steps."""
    use, entry = inner(call.use.arguments)
    back, every = way == "backward", bool(use.arguments["return_sequences"])
    own = tuple(w for w in call.weights if w.name.split("/")[-2].startswith(f"{way}_"))
    one = replace(
        call,
        use=replace(use, arguments={**use.arguments, "go_backwards": back}),
        output_shape=entry.shape(call.input_shape, use.arguments),
        weights=own,
    )
    if entry.step == "conv_lstm":
        y = conv_lstm(g, one, x)
        return turned(g, y) if back and every else y
    y = states(g, call, use, g.weights(one), x, back)
    mask = g.mask(call)
    if mask and every:  # what is masked is 0 there
        y = g.op("Mul", y, g.op("Unsqueeze", g.as_numbers(mask), g.integers(2)))
    return y
