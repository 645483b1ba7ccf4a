"""Arithmetic of numbers that are known at compile time."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping

from nnspec.formulas.expression import Wrong

#: Integers of more bits than this are sizes of nothing.
_MOST_BITS = 1000


def _power(a: float, b: float) -> float:
    if isinstance(a, int) and isinstance(b, int) and b > 0:
        if int(a).bit_length() * b > _MOST_BITS:
            raise OverflowError
        return int(a**b)
    found: float | complex = a**b
    if isinstance(found, complex):
        raise ValueError
    return found


def _sigmoid(a: float) -> float:
    return 0.5 + 0.5 * math.tanh(0.5 * a)


def _softplus(a: float) -> float:
    return max(a, 0.0) + math.log1p(math.exp(-abs(a)))


def _sign(a: float) -> int:
    return (a > 0) - (a < 0)


_OPERATIONS: Mapping[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": _power,
    "maximum": max,
    "minimum": min,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "where": lambda condition, a, b: a if condition else b,
    "negative": operator.neg,
    "abs": abs,
    "square": lambda a: a * a,
    "sign": _sign,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "erf": math.erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
}


def _wrong(why: str) -> Wrong:
    return Wrong(f"this cannot be computed: {why}", code="arithmetic")


def folded(name: str, *numbers: float) -> float:
    """The number that an operator makes of numbers; `Wrong` where it makes none."""
    try:
        found = _OPERATIONS[name](*numbers)
        if not math.isfinite(found):
            raise OverflowError
    except ZeroDivisionError:
        raise _wrong("it divides by zero") from None
    except OverflowError:
        raise _wrong("the result is too large") from None
    except ValueError:
        raise _wrong(f"{name} of {numbers[0]:g} is no real number") from None
    return int(found) if isinstance(found, bool) else found
