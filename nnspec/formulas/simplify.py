"""Expressions in their simplest form.

Constants are computed, what changes nothing is left out, and a form that overflows or
cancels gives way to one that does not: log(1 + exp(x)) is softplus(x) for every x.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nnspec.formulas import shapes
from nnspec.formulas.expression import Expression, constant
from nnspec.formulas.fold import folded

ZERO, ONE, TWO, HALF = map(constant, (0, 1, 2, 0.5))
#: Comparisons, and those that are their opposites.
OPPOSITE = {
    "less": "greater_equal",
    "less_equal": "greater",
    "greater": "less_equal",
    "greater_equal": "less",
    "equal": "not_equal",
    "not_equal": "equal",
}
Operands = tuple[Expression, ...]


def elementwise(operator: str, *operands: Expression) -> Expression:
    """An operator on each element."""
    numbers = [_whole(operand) for operand in operands]
    if all(number.is_constant for number in numbers):
        found = constant(folded(operator, *(number.number for number in numbers)))
        shape = shapes.common(*(operand.shape for operand in operands))
        return shapes.spread(found, shape, any(o.batched for o in operands))
    plain = shapes.elementwise(operator, *_gathered(operands))
    rule = _RULES.get(operator)
    better = rule(*plain.operands) if rule else None
    return (
        plain if better is None else shapes.spread(better, plain.shape, plain.batched)
    )


def _whole(operand: Expression) -> Expression:
    """The value that is the same everywhere, or the operand itself."""
    return operand.operands[0] if operand.operator == "spread" else operand


def _gathered(operands: Operands) -> Operands:
    """The operands without their `spread`, where others have the shape anyway."""
    shape = shapes.common(*(o.shape for o in operands))
    batched = any(o.batched for o in operands)
    found = list(operands)
    for place, operand in enumerate(operands):
        if operand.operator == "spread":
            rest = [*found[:place], operand.operands[0], *found[place + 1 :]]
            if shapes.common(*(o.shape for o in rest)) == shape and batched == any(
                o.batched for o in rest
            ):
                found = rest
    return tuple(found)


# -- The operators by name -------------------------------------------------------------


def add(a: Expression, b: Expression) -> Expression:
    """a + b"""
    return elementwise("add", a, b)


def subtract(a: Expression, b: Expression) -> Expression:
    """a - b"""
    return elementwise("subtract", a, b)


def multiply(a: Expression, b: Expression) -> Expression:
    """a * b"""
    return elementwise("multiply", a, b)


def divide(a: Expression, b: Expression) -> Expression:
    """a / b"""
    return elementwise("divide", a, b)


def power(a: Expression, b: Expression) -> Expression:
    """a ** b"""
    return elementwise("power", a, b)


def unary(operator: str, a: Expression) -> Expression:
    """A function of each element."""
    return elementwise(operator, a)


def negative(a: Expression) -> Expression:
    """-a"""
    return elementwise("negative", a)


def compared(operator: str, a: Expression, b: Expression) -> Expression:
    """1 where a comparison holds, else 0."""
    found = elementwise(operator, a, b)
    return found if found.is_constant else shapes.elementwise("number", found)


def where(condition: Expression, a: Expression, b: Expression) -> Expression:
    """The one where the condition is not 0, else the other."""
    if condition.operator == "number":
        condition = condition.operands[0]
    elif condition.operator not in OPPOSITE and not condition.is_constant:
        condition = elementwise("not_equal", condition, ZERO)
    return elementwise("where", condition, a, b)


def total(a: Expression, axes: Sequence[int], keepdims: bool = False) -> Expression:
    """The sum over axes."""
    return reduced("sum", a, axes, keepdims=keepdims)


def reduced(
    operator: str,
    a: Expression,
    axes: Sequence[int],
    over_batch: bool = False,
    keepdims: bool = False,
) -> Expression:
    """A reduction over axes; over those of length 1 alone it is but a reshape."""
    found = shapes.reduced(operator, a, axes, over_batch, keepdims)
    places = found.facts[0]
    assert isinstance(places, tuple)
    alone = not found.facts[1] and all(a.shape[axis] == 1 for axis in places)
    return shapes.reshape(a, found.shape) if alone else found


# -- What is known better --------------------------------------------------------------


def _is(node: Expression, operator: str) -> bool:
    return node.operator == operator


def _add(a: Expression, b: Expression) -> Expression | None:
    if a.is_constant and not b.is_constant:
        return b if a.is_number(0) else None
    if b.is_number(0):
        return a
    if _is(b, "negative"):
        return subtract(a, b.operands[0])
    if _is(a, "negative"):
        return subtract(b, a.operands[0])
    if _is(a, "where") and _is(b, "where") and a.operands[0] is b.operands[0]:
        return _merged(a, b)
    return multiply(TWO, a) if a is b else None


def _merged(a: Expression, b: Expression) -> Expression | None:
    """Two choices by the same condition, as gradients are, in one."""
    condition, yes, no = a.operands
    _, other_yes, other_no = b.operands
    if (yes.is_number(0) or other_yes.is_number(0)) and (
        no.is_number(0) or other_no.is_number(0)
    ):
        return elementwise("where", condition, add(yes, other_yes), add(no, other_no))
    return None


def _subtract(a: Expression, b: Expression) -> Expression | None:
    if b.is_number(0):
        return a
    if a.is_number(0):
        return negative(b)
    if b.is_number(1) and _is(a, "exp"):
        return unary("expm1", a.operands[0])
    if _is(b, "negative"):
        return add(a, b.operands[0])
    return ZERO if a is b else None


def _multiply(a: Expression, b: Expression) -> Expression | None:
    if b.is_constant and not a.is_constant:
        return multiply(b, a)
    if a.is_number(0) or _whole(a).is_number(1):
        return ZERO if a.is_number(0) else b
    if a.is_number(-1):
        return negative(b)
    if a.is_constant and _is(b, "multiply") and b.operands[0].is_constant:
        return multiply(multiply(a, b.operands[0]), b.operands[1])
    if a.is_constant and _is(b, "negative"):
        return multiply(negative(a), b.operands[0])
    for one, other in ((a, b), (b, a)):
        if _is(one, "negative"):
            return negative(multiply(one.operands[0], other))
        if _is(one, "divide") and one.operands[0].is_number(1):
            return divide(other, one.operands[1])
        if _is(other, "where") and _is_mask(other) and not one.is_constant:
            return multiply(one, shapes.elementwise("number", other.operands[0]))
        if _is(other, "where") and (_has_constants(other) or _has_zero(other)):
            condition, yes, no = other.operands
            return elementwise(
                "where", condition, multiply(one, yes), multiply(one, no)
            )
    return unary("square", a) if a is b else None


def _has_constants(choice: Expression) -> bool:
    return all(operand.is_constant for operand in choice.operands[1:])


def _is_mask(choice: Expression) -> bool:
    return choice.operands[1].is_number(1) and choice.operands[2].is_number(0)


def _has_zero(choice: Expression) -> bool:
    return any(operand.is_number(0) for operand in choice.operands[1:])


def _divide(a: Expression, b: Expression) -> Expression | None:
    if b.is_number(0):
        folded("divide", 1, 0)
    if b.is_number(1) or a.is_number(0):
        return a
    if _is(a, "negative"):
        return negative(divide(a.operands[0], b))
    if found := _sigmoid_of(a, b) or _tanh_of(a, b):
        return found
    if _is(a, "exp") and _is(b, "sum") and b.operands[0] is a and b.facts[2]:
        axes = b.facts[0]
        assert isinstance(axes, tuple)
        if len(axes) == 1 and not b.facts[1]:
            return shapes.along("softmax", a.operands[0], axes[0])
    return None


def _one_and_exp(node: Expression) -> Expression | None:
    """The x of 1 + exp(x)."""
    if _is(node, "add"):
        for one, other in (node.operands, node.operands[::-1]):
            if one.is_number(1) and _is(other, "exp"):
                return other.operands[0]
    return None


def _sigmoid_of(a: Expression, b: Expression) -> Expression | None:
    """a / (1 + exp(-x)), exp(x) / (1 + exp(x))."""
    x = _one_and_exp(b)
    if x is None:
        return None
    if _is(a, "exp") and a.operands[0] is x:
        return unary("sigmoid", x)
    return multiply(a, unary("sigmoid", negative(x)))


def _tanh_of(a: Expression, b: Expression) -> Expression | None:
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x))"""
    if not (_is(a, "subtract") and _is(b, "add") and {*a.operands} == {*b.operands}):
        return None
    up, down = a.operands
    if not (_is(up, "exp") and _is(down, "exp")):
        return None
    x, minus = up.operands[0], down.operands[0]
    return unary("tanh", x) if minus is negative(x) else None


def _power(a: Expression, b: Expression) -> Expression | None:
    simple: Mapping[float, Callable[[Expression], Expression]] = {
        0: lambda _: ONE,
        1: lambda x: x,
        2: lambda x: unary("square", x),
        0.5: lambda x: unary("sqrt", x),
        -1: lambda x: divide(ONE, x),
        -0.5: lambda x: divide(ONE, unary("sqrt", x)),
        -2: lambda x: divide(ONE, unary("square", x)),
    }
    known = simple.get(b.number) if b.is_constant else None
    return known(a) if known else None


def _negative(a: Expression) -> Expression | None:
    if _is(a, "negative"):
        return a.operands[0]
    if _is(a, "subtract"):
        return subtract(*a.operands[::-1])
    if _is(a, "multiply") and a.operands[0].is_constant:
        return multiply(negative(a.operands[0]), a.operands[1])
    return None


def _exp(a: Expression) -> Expression | None:
    return a.operands[0] if _is(a, "log") else None


def _is_rest(a: Expression) -> bool:
    """Whether it is 1 - sigmoid(x)."""
    return a.operands[0].is_number(1) and _is(a.operands[1], "sigmoid")


def _log(a: Expression) -> Expression | None:
    x = _one_and_exp(a)
    if x is not None:
        return unary("softplus", x)
    match a.operator:
        case "exp":
            return a.operands[0]
        case "sigmoid":
            return negative(unary("softplus", negative(a.operands[0])))
        case "softmax":
            axis = a.facts[0]
            assert isinstance(axis, int)
            return shapes.along("log_softmax", a.operands[0], axis)
        case "sum" if _is(a.operands[0], "exp") and not a.facts[1]:
            axes, _, keepdims = a.facts
            assert isinstance(axes, tuple)
            inner = a.operands[0].operands[0]
            return shapes.reduced("log_sum_exp", inner, axes, keepdims=bool(keepdims))
        case "subtract" if _is_rest(a):
            return negative(unary("softplus", a.operands[1].operands[0]))
        case "add" if a.operands[0].is_number(1):
            return unary("log1p", a.operands[1])
        case "add" if a.operands[1].is_number(1):
            return unary("log1p", a.operands[0])
    return None


def _log1p(a: Expression) -> Expression | None:
    return unary("softplus", a.operands[0]) if _is(a, "exp") else None


def _sqrt(a: Expression) -> Expression | None:
    return unary("abs", a.operands[0]) if _is(a, "square") else None


def _square(a: Expression) -> Expression | None:
    if _is(a, "sqrt"):
        return a.operands[0]
    return unary("square", a.operands[0]) if a.operator in ("abs", "negative") else None


def _abs(a: Expression) -> Expression | None:
    if a.operator in ("abs", "square", "exp", "sqrt", "sigmoid", "softplus"):
        return a
    return unary("abs", a.operands[0]) if _is(a, "negative") else None


def _tanh(a: Expression) -> Expression | None:
    if _is(a, "negative"):
        return negative(unary("tanh", a.operands[0]))
    return None


def _extreme(operator: str) -> Callable[[Expression, Expression], Expression | None]:
    """max(3, x) is max(x, 3): where both are equal, the slope is that of the second."""

    def better(a: Expression, b: Expression) -> Expression | None:
        if a is b:
            return a
        return elementwise(operator, b, a) if a.is_constant else None

    return better


def _where(condition: Expression, a: Expression, b: Expression) -> Expression | None:
    if condition.is_constant:
        return a if condition.number else b
    return a if a is b else None


_RULES: Mapping[str, Callable[..., Expression | None]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "negative": _negative,
    "exp": _exp,
    "log": _log,
    "log1p": _log1p,
    "sqrt": _sqrt,
    "square": _square,
    "abs": _abs,
    "tanh": _tanh,
    "maximum": _extreme("maximum"),
    "minimum": _extreme("minimum"),
    "where": _where,
}
