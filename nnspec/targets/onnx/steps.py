"""Recurrent layers with activations that ONNX does not know there: step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnspec.record import Record
from nnspec.table.entry import Use
from nnspec.targets.onnx.activations import activate
from nnspec.targets.onnx.graph import Array, Graph


class _Cell(Record):
    """What a step is computed by: activations, and what the state is multiplied with.

    `kernels` are those of the gates in the order of Keras, and `biases` what is added
    to each product. A GRU resets the state before or `after` that.
    """

    inner: Use | None
    outer: Use | None
    kernels: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    after: bool


def by_steps(
    g: Graph,
    use: Use,
    weights: dict[str, Array],
    x: str,
    steps: int,
    *,
    back: bool,
    every: bool,
) -> str:
    """The states (N, steps, units) in the order of the steps, or the last one."""
    given: Any = use.arguments
    bias, of_state = weights.get("bias"), None
    if bias is not None and bias.ndim == 2:
        bias, of_state = bias
    step, count = _STEPS[use.entry.name]
    kernels = np.split(weights["recurrent_kernel"], count, axis=-1)
    biases = (None,) * count if of_state is None else np.split(of_state, count)
    inner, outer = given["activation"], given.get("recurrent_activation")
    after = bool(given.get("reset_after"))
    cell = _Cell(inner, outer, tuple(kernels), tuple(biases), after)
    gates = g.affine(g.op("MatMul", x, g.array(weights["kernel"])), None, bias)
    states: list[str] = []
    h = memory = ""
    for t in reversed(range(steps)) if back else range(steps):
        taken = g.op("Gather", gates, g.array(np.array(t)), axis=1)
        parts = g.ops("Split", (taken,), count, axis=-1, num_outputs=count)
        h, memory = step(g, cell, parts, h, memory)
        states.append(h)
    if not every:
        return h
    states = states[::-1] if back else states
    rows = (g.op("Unsqueeze", state, g.integers(1)) for state in states)
    return g.op("Concat", *rows, axis=1)


def _of_state(g: Graph, cell: _Cell, gate: int, h: str) -> str:
    """What the state gives to a gate; "" if that is nothing."""
    bias = cell.biases[gate]
    if h:
        return g.affine(g.op("MatMul", h, g.array(cell.kernels[gate])), None, bias)
    return "" if bias is None else g.array(bias)


def _sum(g: Graph, a: str, b: str) -> str:
    return g.op("Add", a, b) if b else a


def _product(g: Graph, a: str, b: str) -> str:
    """ "" where b is: the first state and the first memory are 0."""
    return g.op("Mul", a, b) if b else ""


def _simple(
    g: Graph, cell: _Cell, parts: list[str], h: str, memory: str
) -> tuple[str, str]:
    total = _sum(g, parts[0], _of_state(g, cell, 0, h))
    return activate(g, total, cell.inner), memory


def _gru(
    g: Graph, cell: _Cell, parts: list[str], h: str, memory: str
) -> tuple[str, str]:
    """h = z * h + (1 - z) * new."""
    z, r = (
        activate(g, _sum(g, parts[i], _of_state(g, cell, i, h)), cell.outer)
        for i in (0, 1)
    )
    if cell.after:
        reset = _product(g, r, _of_state(g, cell, 2, h))
    else:
        reset = _of_state(g, cell, 2, _product(g, r, h))
    new = activate(g, _sum(g, parts[2], reset), cell.inner)
    rest = g.op("Mul", g.op("Sub", g.number(1), z), new)
    return _sum(g, rest, _product(g, z, h)), memory


def _lstm(
    g: Graph, cell: _Cell, parts: list[str], h: str, memory: str
) -> tuple[str, str]:
    """c = f * c + i * new, and h = o * activation(c)."""
    i, f, new, o = (
        activate(
            g,
            _sum(g, part, _of_state(g, cell, gate, h)),
            cell.inner if gate == 2 else cell.outer,
        )
        for gate, part in enumerate(parts)
    )
    memory = _sum(g, g.op("Mul", i, new), _product(g, f, memory))
    return g.op("Mul", o, activate(g, memory, cell.inner)), memory


_Step = Callable[[Graph, _Cell, list[str], str, str], tuple[str, str]]
#: What a layer does in a step, and how many gates it has.
_STEPS: dict[str, tuple[_Step, int]] = {
    "simple_rnn": (_simple, 1),
    "gru": (_gru, 3),
    "lstm": (_lstm, 4),
}
