"""The rule of LSTMs whose products are convolutions: the operators of each step."""

from __future__ import annotations

from typing import cast

import numpy as np

from nnspec import ir
from nnspec.record import replace
from nnspec.table.entry import Shape, Use
from nnspec.targets.onnx.activations import activate
from nnspec.targets.onnx.graph import Array, Graph
from nnspec.targets.onnx.recurrent import turned
from nnspec.targets.onnx.windows import convolve


def conv_lstm(g: Graph, call: ir.Call, x: str) -> str:
    """`conv_lstm1d`, ...: one convolution for all steps, then one for each state."""
    given, weights = call.use.arguments, g.weights(call)
    steps, *step = call.input_shape
    every = bool(given["return_sequences"])
    cells = call.output_shape[1:] if every else call.output_shape
    if given["go_backwards"]:
        x = turned(g, x)
    rows = g.rows(x, *step)
    y = convolve(g, rows, _once(call, tuple(step)), weights["kernel"], 1)
    y = g.affine(y, None, weights.get("bias"))
    gates = g.rows(y, steps, *cells[:-1], 4 * cells[-1])
    states = _states(g, call, gates, weights["recurrent_kernel"], cells)
    if not every:
        return states[-1]
    return g.op(
        "Concat", *(g.op("Unsqueeze", h, g.integers(1)) for h in states), axis=1
    )


def _states(
    g: Graph, call: ir.Call, gates: str, kernel: Array, cells: Shape
) -> list[str]:
    """The state after each step, by what the input gives to its gates."""
    given = call.use.arguments
    inner, outer = (
        cast("Use | None", given[n]) for n in ("activation", "recurrent_activation")
    )
    same = {"strides": 1, "dilation_rate": 1, "padding": "same"}
    of_state = _once(call, cells, **same)
    states: list[str] = []
    c = ""
    for t in range(call.input_shape[0]):
        total = g.op("Gather", gates, g.array(np.array(t)), axis=1)
        if states:
            total = g.op("Add", total, convolve(g, states[-1], of_state, kernel, 1))
        i, f, new, o = g.ops("Split", (total,), 4, axis=-1, num_outputs=4)
        added = g.op("Mul", activate(g, i, outer), activate(g, new, inner))
        kept = g.op("Mul", activate(g, f, outer), c) if c else ""
        c = g.op("Add", kept, added) if kept else added
        states.append(g.op("Mul", activate(g, o, outer), activate(g, c, inner)))
    return states


def _once(call: ir.Call, shape: Shape, **others: object) -> ir.Call:
    """The call as one for a single step, with other arguments."""
    use = replace(call.use, arguments={**call.use.arguments, **others})
    return replace(call, use=use, input_shapes=(shape,))
