"""Formulas of a spec's own: each operator of an expression is one of ONNX, or a few."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import numpy as np

from nnspec import ir
from nnspec.formulas.expression import Expression, ordered, value
from nnspec.formulas.shapes import spread
from nnspec.table.entry import ActivationEntry, LayerEntry, Use
from nnspec.targets.onnx.graph import Graph, Inexpressible

#: Operators that ONNX has as they are.
_SAME: Mapping[str, str] = {
    **{"add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div"},
    **{"matmul": "MatMul", "power": "Pow", "negative": "Neg", "where": "Where"},
    **{"less": "Less", "less_equal": "LessOrEqual", "greater": "Greater"},
    **{"greater_equal": "GreaterOrEqual", "equal": "Equal"},
    **{"maximum": "Max", "minimum": "Min", "abs": "Abs", "sign": "Sign"},
    **{"exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos"},
    **{"tanh": "Tanh", "erf": "Erf", "sigmoid": "Sigmoid"},
}
#: One operator on its operands; the name of the value.
_Rule = Callable[[Graph, Expression, list[str]], str]


def layer(g: Graph, call: ir.Call, *values: str) -> str:
    """A layer whose formula the spec gives."""
    entry = cast(LayerEntry, call.use.entry)
    assert entry.body is not None
    made = entry.body(call.input_shapes, call.use.arguments)
    result = spread(made.result, made.result.shape, batched=True)
    known = dict(zip(made.values, values, strict=True))
    weights = g.weights(call)
    for node in ordered([result]):
        if node.operator == "weight" and node.name in weights:
            known[node] = g.array(weights[node.name])
    return _computed(g, result, known, values[0])


def activation(g: Graph, x: str, use: Use) -> str:
    """An activation whose formula the spec gives, of each number by itself."""
    entry, leaf = cast(ActivationEntry, use.entry), value("x", ())
    assert entry.build is not None
    return _computed(g, entry.build(leaf, use.arguments).result, {leaf: x}, x)


def _computed(
    g: Graph, result: Expression, known: dict[Expression, str], like: str
) -> str:
    """The value of an expression of what is `known`, in a batch as that of `like`."""
    for node in ordered([result], known):
        if node in known:
            continue
        if node.operator == "dropout":  # only training draws
            known[node] = known[node.operands[0]]
        elif node.operator == "moving":  # and takes the mean of the batch
            known[node] = known[node.operands[1]]
        elif node.operator == "spread":
            known[node] = _spread(g, node, known[node.operands[0]], like)
        elif node.operator != "drawn":
            operands = [known[operand] for operand in node.operands]
            known[node] = _apply(g, node, operands)
    return known[result]


def _apply(g: Graph, node: Expression, operands: list[str]) -> str:
    if kind := _SAME.get(node.operator):
        return g.op(kind, *operands)
    rule = _OTHERS.get(node.operator)
    if rule is None:
        raise Inexpressible(f"`{node.operator}` in a formula")
    return rule(g, node, operands)


def _spread(g: Graph, node: Expression, x: str, like: str) -> str:
    """The same values over and over, for each sample of a batch."""
    if not node.batched:
        return g.op("Expand", x, g.integers(*node.shape))
    samples = g.op("Shape", like, start=0, end=1)
    sizes = [samples, g.integers(*node.shape)] if node.shape else [samples]
    return g.op("Expand", x, g.op("Concat", *sizes, axis=0))


def _expm1(g: Graph, _: Expression, operands: list[str]) -> str:
    """exp(x) - 1; near 0, where that cancels, 2t / (1 - t) with t = tanh(x / 2)."""
    (x,) = operands
    t = g.op("Tanh", g.op("Mul", x, g.number(0.5)))
    one = g.number(1)
    near = g.op("Div", g.op("Add", t, t), g.op("Sub", one, t))
    far = g.op("Sub", g.op("Exp", x), one)
    return g.op("Where", g.op("Less", g.op("Abs", x), one), near, far)


def _log1p(g: Graph, _: Expression, operands: list[str]) -> str:
    """log(1 + x); near 0, where 1 + x is rounded, 2 * atanh(x / (2 + x))."""
    (x,) = operands
    half = g.op("Atanh", g.op("Div", x, g.op("Add", x, g.number(2))))
    far = g.op("Log", g.op("Add", x, g.number(1)))
    is_near = g.op("Less", g.op("Abs", x), g.number(0.5))
    return g.op("Where", is_near, g.op("Add", half, half), far)


def _softplus(g: Graph, _: Expression, operands: list[str]) -> str:
    """max(x, 0) + log(1 + exp(-|x|))."""
    (x,) = operands
    decay = g.op("Exp", g.op("Neg", g.op("Abs", x)))
    return g.op("Add", g.op("Relu", x), _log1p(g, _, [decay]))


def _axes(node: Expression) -> tuple[int, ...]:
    """The axes of a reduction: counted from the end, 0 for the batch."""
    axes, over_batch, _ = node.facts
    rank = len(node.operands[0].shape)
    counted = tuple(axis - rank for axis in cast("tuple[int, ...]", axes))
    return (0,) * bool(over_batch) + counted


def _reduction(kind: str) -> _Rule:
    def rule(g: Graph, node: Expression, operands: list[str]) -> str:
        return g.reduced(kind, operands[0], _axes(node), bool(node.facts[2]))

    return rule


def _log_sum_exp(g: Graph, node: Expression, operands: list[str]) -> str:
    """The greatest is taken away before, and added again."""
    (x,), axes = operands, _axes(node)
    most = g.reduced("Max", x, axes, True)
    total = g.reduced("Sum", g.op("Exp", g.op("Sub", x, most)), axes, True)
    y = g.op("Add", most, g.op("Log", total))
    return y if node.facts[2] else g.op("Squeeze", y, g.integers(*axes))


def _along(kind: str) -> _Rule:
    """Operators along the axis that is the first fact, as one counted from the end."""

    def rule(g: Graph, node: Expression, operands: list[str]) -> str:
        axis = cast(int, node.facts[0]) - len(node.shape)
        return g.op(kind, *operands, axis=axis)

    return rule


def _slice(g: Graph, node: Expression, operands: list[str]) -> str:
    axis, start, stop = cast("tuple[int, int, int]", node.facts)
    parts = (start, stop, axis - len(node.shape))
    return g.op("Slice", operands[0], *(g.integers(n) for n in parts))


def _transpose(g: Graph, node: Expression, operands: list[str]) -> str:
    axes = cast("tuple[int, ...]", node.facts[0])
    order = [0, *(axis + 1 for axis in axes)] if node.batched else [*axes]
    return g.op("Transpose", operands[0], perm=order)


def _reshape(g: Graph, node: Expression, operands: list[str]) -> str:
    shape = (-1,) * node.batched + node.shape
    return g.op("Reshape", operands[0], g.integers(*shape))


_OTHERS: Mapping[str, _Rule] = {
    "constant": lambda g, node, _: g.number(node.number),
    "range": lambda g, node, _: g.array(np.arange(float(node.shape[0]))),
    "number": lambda g, _, operands: g.op("Cast", *operands, to=1),  # FLOAT
    "not_equal": lambda g, _, operands: g.op("Not", g.op("Equal", *operands)),
    "square": lambda g, _, operands: g.op("Mul", *operands, *operands),
    "expm1": _expm1,
    "log1p": _log1p,
    "softplus": _softplus,
    "sum": _reduction("Sum"),
    "mean": _reduction("Mean"),
    "max": _reduction("Max"),
    "min": _reduction("Min"),
    "log_sum_exp": _log_sum_exp,
    "softmax": _along("Softmax"),
    "log_softmax": _along("LogSoftmax"),
    "concatenate": _along("Concat"),
    "slice": _slice,
    "transpose": _transpose,
    "reshape": _reshape,
}
