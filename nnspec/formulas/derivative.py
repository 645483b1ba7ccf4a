"""Derivatives, from the result back to the leaves (reverse mode).

A rule for each operator gives what a gradient of its result contributes to that of each
operand. The contributions are summed in one place, and in one place what was spread
over more values is summed back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from math import prod

from nnspec.formulas import shapes
from nnspec.formulas.expression import Expression, constant, make, ordered
from nnspec.formulas.simplify import (
    HALF,
    ONE,
    TWO,
    ZERO,
    add,
    divide,
    elementwise,
    multiply,
    negative,
    power,
    reduced,
    subtract,
    total,
    unary,
    where,
)

#: How many samples a batch has, known when the script runs.
BATCH = make("batch")
Parts = tuple[Expression | None, ...]


def gradients(
    result: Expression, dy: Expression, leaves: Iterable[Expression]
) -> dict[Expression, Expression]:
    """The gradient by each of the leaves, of their shapes, where `dy` is that by y.

    For a leaf that is the same for all samples it is the sum over the batch. The
    gradients by the parts between the leaves and y are given, too.
    """
    wanted = list(leaves)
    order = ordered([result])
    needed = set(wanted)
    for node in order:
        if any(operand in needed for operand in node.operands):
            needed.add(node)
    sums: dict[Expression, Expression] = {result: dy}
    for node in reversed(order):
        if node not in sums or not node.operands:
            continue
        parts = _RULES[node.operator](node, sums[node])
        for operand, part in zip(node.operands, parts, strict=True):
            if part is not None and operand in needed:
                back = _summed_back(part, operand)
                sums[operand] = add(sums[operand], back) if operand in sums else back
    for leaf in wanted:
        sums[leaf] = shapes.spread(sums.get(leaf, ZERO), leaf.shape, leaf.batched)
    return sums


def slope(result: Expression, x: Expression) -> Expression:
    """dy/dx of a function that works on each element."""
    return gradients(result, ONE, [x])[x]


def _summed_back(part: Expression, operand: Expression) -> Expression:
    """The gradient of what was spread: the sum over all the values that it went to."""
    missing = len(part.shape) - len(operand.shape)
    axes = [
        axis
        for axis, size in enumerate(part.shape)
        if axis < missing or (operand.shape[axis - missing] == 1 and size != 1)
    ]
    over_batch = part.batched and not operand.batched
    if axes or over_batch:
        part = reduced("sum", part, axes, over_batch)
    if part.shape != operand.shape and prod(part.shape) == prod(operand.shape):
        return shapes.reshape(part, operand.shape)
    return part


# -- On each element -------------------------------------------------------------------


def _each(slope: Callable[[Expression, Expression], Expression]) -> _Rule:
    """The rule of a function of one element: dx is dy times its slope at x, y."""
    return lambda node, dy: (multiply(dy, slope(node.operands[0], node)),)


def _multiply(node: Expression, dy: Expression) -> Parts:
    a, b = node.operands
    return multiply(dy, b), multiply(dy, a)


def _divide(node: Expression, dy: Expression) -> Parts:
    _, b = node.operands
    if b.is_constant:
        return multiply(dy, shapes.elementwise("divide", ONE, b)), None
    by_a = divide(dy, b)
    return by_a, negative(multiply(by_a, node))


def _power(node: Expression, dy: Expression) -> Parts:
    a, b = node.operands
    by_a = multiply(dy, multiply(b, power(a, subtract(b, ONE))))
    if b.is_constant:
        return by_a, None
    positive = elementwise("greater", a, ZERO)  # 0 ** b is 0, whatever b
    log = unary("log", where(positive, a, ONE))
    return by_a, multiply(dy, multiply(node, log))


def _choose(comparison: str) -> _Rule:
    """That of max or min: all goes to the first where it is beyond the second."""

    def rule(node: Expression, dy: Expression) -> Parts:
        first = elementwise(comparison, *node.operands)
        return where(first, dy, ZERO), where(first, ZERO, dy)

    return rule


def _where(node: Expression, dy: Expression) -> Parts:
    condition = node.operands[0]
    return None, where(condition, dy, ZERO), where(condition, ZERO, dy)


def _sigmoid(_: Expression, y: Expression) -> Expression:
    return multiply(y, subtract(ONE, y))


def _erf(x: Expression, _: Expression) -> Expression:
    bell = unary("exp", negative(unary("square", x)))
    return multiply(constant(2 / math.sqrt(math.pi)), bell)


# -- Over axes -------------------------------------------------------------------------


def _kept(value: Expression, node: Expression) -> Expression:
    """A value of the shape of a reduction, with the axes that it left out."""
    operand, (axes, _, keepdims) = node.operands[0], node.facts
    assert isinstance(axes, tuple)
    if keepdims:
        return value
    sizes = [1 if i in axes else size for i, size in enumerate(operand.shape)]
    return shapes.reshape(value, sizes)


def _sum(node: Expression, dy: Expression) -> Parts:
    operand = node.operands[0]
    return (shapes.spread(_kept(dy, node), operand.shape, operand.batched),)


def _mean(node: Expression, dy: Expression) -> Parts:
    operand, (axes, over_batch, _) = node.operands[0], node.facts
    assert isinstance(axes, tuple)
    count: Expression = constant(prod(operand.shape[axis] for axis in axes))
    if over_batch:
        count = multiply(count, BATCH)
    return _sum(node, divide(dy, count))


def _most(node: Expression, dy: Expression) -> Parts:
    """All that are as large as the largest have an equal share."""
    operand, (axes, over_batch, _) = node.operands[0], node.facts
    assert isinstance(axes, tuple)
    best = elementwise("equal", operand, _kept(node, node))
    mask = shapes.elementwise("number", best)
    count = reduced("sum", mask, axes, bool(over_batch), keepdims=True)
    return (multiply(divide(_kept(dy, node), count), mask),)


def _log_sum_exp(node: Expression, dy: Expression) -> Parts:
    share = unary("exp", subtract(node.operands[0], _kept(node, node)))
    return (multiply(_kept(dy, node), share),)


def _softmax(node: Expression, dy: Expression) -> Parts:
    (axis,) = node.facts
    assert isinstance(axis, int)
    mean = total(multiply(dy, node), [axis], keepdims=True)
    return (multiply(node, subtract(dy, mean)),)


def _log_softmax(node: Expression, dy: Expression) -> Parts:
    (axis,) = node.facts
    assert isinstance(axis, int)
    share = shapes.along("softmax", node.operands[0], axis)
    return (subtract(dy, multiply(share, total(dy, [axis], keepdims=True))),)


# -- Products, and values in other places ----------------------------------------------


def _turned(a: Expression) -> Expression:
    rank = len(a.shape)
    return shapes.transpose(a, [*range(rank - 2), rank - 1, rank - 2])


def _matmul(node: Expression, dy: Expression) -> Parts:
    a, b = node.operands
    by_a = shapes.matmul(dy, _turned(b))
    if a.batched and not b.batched and len(b.shape) == 2:
        return by_a, shapes.contracted(a, dy)
    return by_a, shapes.matmul(_turned(a), dy)


def _transpose(node: Expression, dy: Expression) -> Parts:
    (axes,) = node.facts
    assert isinstance(axes, tuple)
    return (shapes.transpose(dy, sorted(range(len(axes)), key=axes.__getitem__)),)


def _concatenate(node: Expression, dy: Expression) -> Parts:
    (axis,) = node.facts
    assert isinstance(axis, int)
    ends = list(accumulate(operand.shape[axis] for operand in node.operands))
    starts = [0, *ends]
    return tuple(
        shapes.sliced(dy, start, end, axis)
        for start, end in zip(starts, ends, strict=False)
    )


def _slice(node: Expression, dy: Expression) -> Parts:
    axis, start, _ = node.facts
    assert isinstance(axis, int)
    assert isinstance(start, int)
    return (shapes.padded(dy, axis, start, node.operands[0].shape[axis]),)


_Rule = Callable[[Expression, Expression], Parts]
_RULES: Mapping[str, _Rule] = {
    "add": lambda _, dy: (dy, dy),
    "subtract": lambda _, dy: (dy, negative(dy)),
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "maximum": _choose("greater"),
    "minimum": _choose("less"),
    "where": _where,
    "negative": lambda _, dy: (negative(dy),),
    "exp": _each(lambda _, y: y),
    "expm1": _each(lambda _, y: add(y, ONE)),
    "log": lambda node, dy: (divide(dy, node.operands[0]),),
    "log1p": lambda node, dy: (divide(dy, add(ONE, node.operands[0])),),
    "sqrt": lambda node, dy: (divide(multiply(HALF, dy), node),),
    "square": _each(lambda x, _: multiply(TWO, x)),
    "abs": _each(lambda x, _: unary("sign", x)),
    "sin": _each(lambda x, _: unary("cos", x)),
    "cos": _each(lambda x, _: negative(unary("sin", x))),
    "tanh": _each(lambda _, y: subtract(ONE, unary("square", y))),
    "erf": _each(_erf),
    "sigmoid": _each(_sigmoid),
    "softplus": _each(lambda x, _: unary("sigmoid", x)),
    "sum": _sum,
    "mean": _mean,
    "max": _most,
    "min": _most,
    "log_sum_exp": _log_sum_exp,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "matmul": _matmul,
    "transpose": _transpose,
    "reshape": lambda node, dy: (shapes.reshape(dy, node.operands[0].shape),),
    "concatenate": _concatenate,
    "slice": _slice,
    "spread": lambda _, dy: (dy,),
    "moving": lambda _, dy: (dy, None),
    "dropout": lambda node, dy: (multiply(dy, node.operands[1]), None),
    #: Steps: constant but for where they jump.
    "sign": lambda *_: (None,),
    "number": lambda *_: (None,),
}
