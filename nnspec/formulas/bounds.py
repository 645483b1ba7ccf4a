"""What values an expression can have, as far as that is seen without computing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from math import inf

from nnspec.formulas.expression import Expression, Wrong, ordered
from nnspec.formulas.fold import folded

Interval = tuple[float, float]
_ANY: Interval = (-inf, inf)
_RISING = frozenset({"exp", "expm1", "tanh", "erf", "sigmoid", "softplus"})
_SAME = frozenset({"transpose", "reshape", "slice", "spread", "mean", "max", "min"})


def intervals(root: Expression) -> dict[Expression, Interval]:
    """The least and the largest value that each part of an expression can have."""
    found: dict[Expression, Interval] = {}
    for node in ordered([root]):
        found[node] = _interval(node, [found[operand] for operand in node.operands])
    return found


def faults(root: Expression) -> Iterator[tuple[Expression, str, str]]:
    """Each log, root and quotient that is seen to fail for values it can be given.

    With the part, what is wrong and the way out.
    """
    known = intervals(root)
    for node in ordered([root]):
        if not node.operands:
            continue
        low, high = known[node.operands[0]]
        match node.operator:
            case "log" if high <= 0 or (low <= 0 and low > -inf):
                yield node, f"log of {_told(low, high)}", "add a small number: 1e-7"
            case "log1p" if high <= -1 or (low <= -1 and low > -inf):
                told = _told(low + 1, high + 1)
                yield node, f"log of {told}", "add a small number: 1e-7"
            case "sqrt" if high < 0 or (low < 0 and low > -inf):
                yield node, f"sqrt of {_told(low, high)}", "take `abs` of it"
            case "sqrt" if low == 0:
                what = "sqrt of what can be 0, where its derivative is infinite"
                yield node, what, "add a small number under the root: 1e-7"


def _told(low: float, high: float) -> str:
    if high < 0 or (high == 0 and low < 0):
        return "what is never above 0"
    return "what can be negative" if low < 0 else "what can be 0"


def _interval(node: Expression, parts: list[Interval]) -> Interval:
    match node.operator:
        case "constant":
            return (float(node.number), float(node.number))
        case "range":
            size = node.shape[0]
            return (0.0, size - 1.0)
        case "drawn":
            return (0.0, inf)
        case operator if operator in _RISING:
            ((low, high),) = parts
            return (_at(operator, low), _at(operator, high))
        case operator if operator in _SAME:
            return parts[0]
    rule = _RULES.get(node.operator)
    return rule(*parts) if rule else _ANY


def _at(operator: str, x: float) -> float:
    """The limit of a function that rises from end to end."""
    ends = {
        "exp": (0, inf),
        "expm1": (-1, inf),
        "sigmoid": (0, 1),
        "softplus": (0, inf),
    }
    low, high = ends.get(operator, (-1, 1))
    if math.isinf(x):
        return low if x < 0 else high
    try:
        return folded(operator, x)
    except Wrong:
        return high


def _product(a: Interval, b: Interval) -> Interval:
    ends = [0.0 if 0 in (x, y) else x * y for x in a for y in b]
    return (min(ends), max(ends))


def _quotient(a: Interval, b: Interval) -> Interval:
    if b[0] <= 0 <= b[1] or inf in map(abs, b):
        positive = a[0] >= 0 and b[0] >= 0
        return (0.0, inf) if positive else _ANY
    return _product(a, (1 / b[1], 1 / b[0]))


def _absolute(a: Interval) -> Interval:
    if a[0] >= 0:
        return a
    return (max(-a[1], 0.0), max(-a[0], a[1]))


def _square(a: Interval) -> Interval:
    low, high = _absolute(a)
    return (low * low if low < 1e150 else inf, high * high if high < 1e150 else inf)


def _root(a: Interval) -> Interval:
    return (math.sqrt(max(a[0], 0.0)), math.sqrt(max(a[1], 0.0)))


def _sum(a: Interval) -> Interval:
    """Of any number of values, one at the least."""
    return (a[0] if a[0] >= 0 else -inf, a[1] if a[1] <= 0 else inf)


def _power(a: Interval, b: Interval) -> Interval:
    even = b[0] == b[1] and b[0] % 2 == 0
    return (0.0, inf) if a[0] >= 0 or even else _ANY


_RULES: Mapping[str, Callable[..., Interval]] = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "subtract": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "multiply": _product,
    "divide": _quotient,
    "power": _power,
    "negative": lambda a: (-a[1], -a[0]),
    "abs": _absolute,
    "square": _square,
    "sqrt": _root,
    "sign": lambda _: (-1.0, 1.0),
    "sin": lambda _: (-1.0, 1.0),
    "cos": lambda _: (-1.0, 1.0),
    "number": lambda _: (0.0, 1.0),
    "maximum": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "minimum": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "where": lambda _, a, b: (min(a[0], b[0]), max(a[1], b[1])),
    "concatenate": lambda *parts: (
        min(low for low, _ in parts),
        max(high for _, high in parts),
    ),
    "moving": lambda value, _: value,
    "dropout": _product,
    "softmax": lambda _: (0.0, 1.0),
    "log_softmax": lambda _: (-inf, 0.0),
    "sum": _sum,
}
