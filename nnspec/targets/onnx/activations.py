"""The rule of each activation: its operators."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

import numpy as np

from nnspec.table.entry import Arguments, Use
from nnspec.targets.onnx import formulas
from nnspec.targets.onnx.graph import Graph, Inexpressible

Rule = Callable[[Graph, str, Arguments], str]


def _same(kind: str, **attributes: object) -> Rule:
    """An activation that is an operator of ONNX."""
    return lambda g, x, _: g.op(kind, x, **attributes)


def _number(arguments: Arguments, name: str) -> float:
    return float(cast(float, arguments[name]))


def _softplus(g: Graph, x: str, _: Arguments) -> str:
    """max(x, 0) + log(1 + exp(-|x|)): ONNX's own overflows in some runtimes."""
    decay = g.op("Exp", g.op("Neg", g.op("Abs", x)))
    return g.op("Add", g.op("Relu", x), g.op("Log", g.op("Add", decay, g.number(1))))


def _relu(g: Graph, x: str, arguments: Arguments) -> str:
    """As Keras: x from the threshold on, a slope below it, and no more than a most."""
    slope, start = (_number(arguments, n) for n in ("negative_slope", "threshold"))
    if not slope and not start:
        y = g.op("Relu", x)
    else:
        below = g.op("Mul", g.op("Sub", x, g.number(start)), g.number(slope))
        y = g.op("Where", g.op("Less", x, g.number(start)), below, x)
    most = arguments["max_value"]
    return y if most is None else g.op("Min", y, g.number(cast(float, most)))


def _gelu(g: Graph, x: str, arguments: Arguments) -> str:
    if arguments["approximate"]:
        cube = g.op("Mul", g.op("Mul", x, x), g.op("Mul", x, g.number(0.044715)))
        inner = g.op("Mul", g.op("Add", x, cube), g.number(math.sqrt(2 / math.pi)))
        gate = g.op("Tanh", inner)
    else:
        gate = g.op("Erf", g.op("Div", x, g.number(math.sqrt(2))))
    return g.op("Mul", x, g.op("Mul", g.op("Add", gate, g.number(1)), g.number(0.5)))


def _squareplus(g: Graph, x: str, arguments: Arguments) -> str:
    """max(x, 0) + b / (2 * (root(x² + b) + |x|)), so that nothing cancels."""
    b = g.number(_number(arguments, "b"))
    root = g.op("Sqrt", g.op("Add", g.op("Mul", x, x), b))
    total = g.op("Mul", g.op("Add", root, g.op("Abs", x)), g.number(2))
    return g.op("Add", g.op("Relu", x), g.op("Div", b, total))


def _within(g: Graph, x: str, low: float, high: float) -> str:
    return g.op("Clip", x, g.number(low), g.number(high))


def _hard_shrink(g: Graph, x: str, arguments: Arguments) -> str:
    beyond = g.op("Greater", g.op("Abs", x), g.number(_number(arguments, "threshold")))
    return g.op("Where", beyond, x, g.number(0))


def _soft_shrink(g: Graph, x: str, arguments: Arguments) -> str:
    most = _number(arguments, "threshold")
    return g.op("Sub", x, _within(g, x, -most, most))


def _threshold(g: Graph, x: str, arguments: Arguments) -> str:
    above = g.op("Greater", x, g.number(_number(arguments, "threshold")))
    return g.op("Where", above, x, g.number(_number(arguments, "default_value")))


def _hard_sigmoid(g: Graph, x: str, _: Arguments) -> str:
    return _within(g, g.affine(x, np.array(1 / 6), np.array(0.5)), 0, 1)


def _sparse_plus(g: Graph, x: str, _: Arguments) -> str:
    """0 up to -1, (x + 1)² / 4 up to 1, and x beyond."""
    bend = g.op("Add", _within(g, x, -1, 1), g.number(1))
    bend = g.op("Mul", g.op("Mul", bend, bend), g.number(0.25))
    return g.op("Add", bend, g.op("Relu", g.op("Sub", x, g.number(1))))


def _sparse_sigmoid(g: Graph, x: str, _: Arguments) -> str:
    return _within(g, g.affine(x, np.array(0.5), np.array(0.5)), 0, 1)


def _sparsemax(g: Graph, x: str, arguments: Arguments) -> str:
    """max(x - t, 0), with the t that makes the sum 1 (Martins and Astudillo, 2016).

    Of the values in falling order, the first k are above t: as many as have
    1 + k * x > the sum of the first k.
    """
    axis = cast(int, arguments["axis"])
    size = g.op("Gather", g.op("Shape", x), g.integers(axis))
    falling, _ = g.ops("TopK", (x, size), 2, axis=axis)
    along, one = g.array(np.array(axis)), g.number(1)
    counts = g.op("CumSum", g.op("Expand", one, g.op("Shape", x)), along)
    above = g.op("Add", g.op("Mul", counts, falling), one)
    first = g.as_numbers(g.op("Greater", above, g.op("CumSum", falling, along)))
    total = g.reduced("Sum", g.op("Mul", first, falling), (axis,), True)
    k = g.reduced("Sum", first, (axis,), True)
    return g.op("Relu", g.op("Sub", x, g.op("Div", g.op("Sub", total, one), k)))


_SELU = {"alpha": 1.6732632423543772, "gamma": 1.0507009873554805}
RULES: dict[str, Rule] = {
    "linear": lambda g, x, a: x,
    "sigmoid": _same("Sigmoid"),
    "hard_sigmoid": _hard_sigmoid,
    "tanh": _same("Tanh"),
    "hard_tanh": lambda g, x, a: _within(g, x, -1, 1),
    "relu": _relu,
    "relu6": lambda g, x, a: _within(g, x, 0, 6),
    "leaky_relu": lambda g, x, a: g.op(
        "LeakyRelu", x, alpha=_number(a, "negative_slope")
    ),
    "elu": lambda g, x, a: g.op("Elu", x, alpha=_number(a, "alpha")),
    "selu": _same("Selu", **_SELU),
    "celu": lambda g, x, a: g.op("Celu", x, alpha=_number(a, "alpha")),
    "gelu": _gelu,
    "silu": lambda g, x, a: g.op("Mul", x, g.op("Sigmoid", x)),
    "hard_silu": lambda g, x, a: g.op("Mul", x, _hard_sigmoid(g, x, a)),
    "mish": lambda g, x, a: g.op("Mul", x, g.op("Tanh", _softplus(g, x, a))),
    "softplus": _softplus,
    "softsign": _same("Softsign"),
    "squareplus": _squareplus,
    "exponential": _same("Exp"),
    "softmax": lambda g, x, a: g.op("Softmax", x, axis=a["axis"]),
    "log_softmax": lambda g, x, a: g.op("LogSoftmax", x, axis=a["axis"]),
    "log_sigmoid": lambda g, x, a: g.op("Neg", _softplus(g, g.op("Neg", x), a)),
    "hard_shrink": _hard_shrink,
    "soft_shrink": _soft_shrink,
    "tanh_shrink": lambda g, x, a: g.op("Sub", x, g.op("Tanh", x)),
    "threshold": _threshold,
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": _sparse_sigmoid,
    "sparsemax": _sparsemax,
}


def activate(g: Graph, x: str, use: Use | None) -> str:
    """What an activation makes of a value. Raises `Inexpressible`."""
    if use is None:
        return x
    if use.entry.definition:
        return formulas.activation(g, x, use)
    rule = RULES.get(use.entry.name)
    if rule is None:
        raise Inexpressible(f"the activation `{use.name}`")
    return rule(g, x, use.arguments)
