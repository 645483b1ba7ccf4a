"""The functions of formulas, and the activations of the language as expressions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

from nnspec.formulas import shapes
from nnspec.formulas.expression import Expression, constant
from nnspec.formulas.simplify import (
    HALF,
    ONE,
    ZERO,
    add,
    compared,
    divide,
    elementwise,
    multiply,
    negative,
    power,
    subtract,
    unary,
    where,
)
from nnspec.record import Record

_SIX = constant(6)

#: Functions of one value, on each element.
ON_EACH = ("exp", "log", "sqrt", "abs", "sign", "sin", "cos", "erf")
#: Reductions; with two values, the last two are on each element.
OVER_AXES = ("mean", "sum", "max", "min")


class Activation(Record):
    """An activation as a function: what it makes of x, by the numbers it is given.

    `defaults` are its settings in the order of the language, `along_axis` says that its
    values depend on each other.
    """

    build: Callable[..., Expression]
    defaults: Mapping[str, object] = {}
    along_axis: bool = False


def _clipped(x: Expression, low: float, high: float) -> Expression:
    return elementwise(
        "minimum", elementwise("maximum", x, constant(low)), constant(high)
    )


def _hard_sigmoid(x: Expression) -> Expression:
    return _clipped(add(divide(x, _SIX), HALF), 0, 1)


def _relu(
    x: Expression,
    negative_slope: Expression,
    max_value: Expression | None,
    threshold: Expression,
) -> Expression:
    low = multiply(negative_slope, subtract(x, threshold))
    plain = negative_slope.is_number(0) and threshold.is_number(0)
    y = (
        elementwise("maximum", x, ZERO)
        if plain
        else where(compared("greater", x, threshold), x, low)
    )
    return y if max_value is None else elementwise("minimum", y, max_value)


def _leaky_relu(x: Expression, negative_slope: Expression) -> Expression:
    return where(compared("greater", x, ZERO), x, multiply(negative_slope, x))


def _left(x: Expression) -> Expression:
    """The part of x below 0: what is above would overflow in exp."""
    return elementwise("minimum", x, ZERO)


def _elu(x: Expression, alpha: Expression) -> Expression:
    low = multiply(alpha, unary("expm1", _left(x)))
    return where(compared("greater", x, ZERO), x, low)


def _selu(x: Expression) -> Expression:
    return multiply(constant(1.0507009873554805), _elu(x, constant(1.6732632423543772)))


def _celu(x: Expression, alpha: Expression) -> Expression:
    low = multiply(alpha, unary("expm1", divide(_left(x), alpha)))
    return where(compared("greater", x, ZERO), x, low)


def _gelu(x: Expression, approximate: bool) -> Expression:
    if approximate:
        cube = multiply(constant(0.044715), power(x, constant(3)))
        inner = multiply(constant(math.sqrt(2 / math.pi)), add(x, cube))
        return multiply(multiply(HALF, x), add(ONE, unary("tanh", inner)))
    inner = divide(x, constant(math.sqrt(2)))
    return multiply(multiply(HALF, x), add(ONE, unary("erf", inner)))


def _mish(x: Expression) -> Expression:
    return multiply(x, unary("tanh", unary("softplus", x)))


def _squareplus(x: Expression, b: Expression) -> Expression:
    root = unary("sqrt", add(unary("square", x), b))
    return multiply(HALF, add(x, root))


def _along(operator: str, x: Expression, axis: Expression) -> Expression:
    place = axis.number
    assert isinstance(place, int)
    return shapes.along(operator, x, place)


_SILU = Activation(lambda x: multiply(x, unary("sigmoid", x)))
_HARD_SILU = Activation(lambda x: multiply(x, _hard_sigmoid(x)))

ACTIVATIONS: Mapping[str, Activation] = {
    "linear": Activation(lambda x: x),
    "sigmoid": Activation(partial(unary, "sigmoid")),
    "hard_sigmoid": Activation(_hard_sigmoid),
    "tanh": Activation(partial(unary, "tanh")),
    "hard_tanh": Activation(lambda x: _clipped(x, -1, 1)),
    "relu": Activation(_relu, {"negative_slope": 0, "max_value": None, "threshold": 0}),
    "relu6": Activation(lambda x: _clipped(x, 0, 6)),
    "leaky_relu": Activation(_leaky_relu, {"negative_slope": 0.2}),
    "elu": Activation(_elu, {"alpha": 1.0}),
    "selu": Activation(_selu),
    "celu": Activation(_celu, {"alpha": 1.0}),
    "gelu": Activation(_gelu, {"approximate": False}),
    "silu": _SILU,
    "swish": _SILU,
    "hard_silu": _HARD_SILU,
    "hard_swish": _HARD_SILU,
    "mish": Activation(_mish),
    "softplus": Activation(partial(unary, "softplus")),
    "squareplus": Activation(_squareplus, {"b": 4.0}),
    "softsign": Activation(lambda x: divide(x, add(ONE, unary("abs", x)))),
    "exponential": Activation(partial(unary, "exp")),
    "softmax": Activation(partial(_along, "softmax"), {"axis": -1}, along_axis=True),
    "log_softmax": Activation(
        partial(_along, "log_softmax"), {"axis": -1}, along_axis=True
    ),
    "log_sigmoid": Activation(lambda x: negative(unary("softplus", negative(x)))),
}
