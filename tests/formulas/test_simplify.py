"""The stable forms: what they are, and that they hold where the plain ones do not."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.formulas.expression import Expression, constant, value
from nnspec.formulas.simplify import add, multiply, subtract, unary, where
from tests.formulas.run import Compiled, body_of

X = value("x", (3,))
#: A formula, and another that is the same value for every x.
SAME = [
    ("log(1 + exp(x))", "softplus(x)"),
    ("log(exp(x) + 1)", "softplus(x)"),
    ("1 / (1 + exp(-x))", "sigmoid(x)"),
    ("exp(x) / (1 + exp(x))", "sigmoid(x)"),
    ("1 / (1 + exp(x))", "sigmoid(-x)"),
    ("log(sigmoid(x))", "-softplus(-x)"),
    ("log(1 - sigmoid(x))", "-softplus(x)"),
    ("log(softmax(x))", "log_softmax(x)"),
    ("exp(x) / sum(exp(x), keepdims=true)", "softmax(x)"),
    ("log(exp(x) / sum(exp(x), keepdims=true))", "log_softmax(x)"),
    ("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "tanh(x)"),
    ("x * sigmoid(x)", "silu(x)"),
    ("x / (1 + exp(-x))", "silu(x)"),
    ("log(exp(x))", "x"),
    ("sqrt(x ** 2)", "abs(x)"),
    ("x ** 2", "x * x"),
    ("x ** 0.5", "sqrt(x)"),
    ("x ** 1", "x"),
    ("x + 0", "x"),
    ("0 + 1 * x - 0", "x"),
    ("x - -x", "2 * x"),
    ("-(-x)", "x"),
    ("2 * (3 * x)", "6 * x"),
    ("max(0, x)", "relu(x)"),
    ("where(2 > 1, x, 1 / x)", "x"),
    ("transpose(transpose(reshape(x, 3, 1)))", "reshape(x, 3, 1)"),
]


def _of(text: str) -> Expression:
    return body_of(f"layer f(x) = {text}", x=X).result


@pytest.mark.parametrize(("plain", "better"), SAME)
def test_two_forms_are_one_expression(plain: str, better: str) -> None:
    assert _of(plain) is _of(better)


def test_what_is_computed_twice_is_one_expression() -> None:
    double = _of("exp(x) * 2 + exp(x)")
    first, second = double.operands
    assert second in first.operands


def test_numbers_are_computed_and_integers_stay() -> None:
    assert add(constant(1), constant(2)).facts[0] == 3
    assert isinstance(multiply(constant(2), constant(3)).number, int)
    assert unary("sqrt", constant(16)).number == 4.0
    assert constant(1) is not constant(1.0)


def test_gradients_of_one_choice_become_one() -> None:
    condition = X  # whatever is not 0
    two = add(
        where(condition, X, constant(0)), where(condition, constant(0), unary("exp", X))
    )
    assert two is where(condition, X, unary("exp", X))
    assert subtract(X, X).is_number(0) or subtract(X, X).operands[0].is_number(0)


HOSTILE = np.array(
    [-1e4, -750.0, -88.0, -17.0, -1e-4, 0.0, 1e-4, 17.0, 88.0, 750.0, 1e4]
)


@pytest.mark.parametrize(
    "text",
    [
        "log(1 + exp(x))",
        "1 / (1 + exp(-x))",
        "x / (1 + exp(-x))",
        "exp(x) / (1 + exp(x))",
        "log(sigmoid(x))",
        "log(1 - sigmoid(x))",
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        "x * tanh(log(1 + exp(x)))",
        "elu(x)",
        "selu(x)",
        "celu(x, 0.5)",
        "mish(x)",
        "gelu(x)",
    ],
)
def test_float32_is_near_float64_also_for_hostile_values(text: str) -> None:
    compiled = Compiled(f"activation f(x) = {text}", (len(HOSTILE),))
    with np.errstate(all="ignore"):  # the results tell
        ys, gradients = [], []
        for dtype in (np.float32, np.float64):
            x = HOSTILE.astype(np.float32).astype(dtype)[None]
            y, found, _ = compiled.run(x, {}, np.ones_like(x))
            ys.append(y)
            gradients.append(found["x"])
    assert np.isfinite(ys[0]).all()
    np.testing.assert_allclose(ys[0], ys[1], rtol=2e-6, atol=1e-30)
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-4, atol=2e-7)


@pytest.mark.parametrize(
    "text",
    [
        "log(softmax(x))",
        "softmax(x)",
        "log(sum(exp(x), keepdims=true)) + 0 * x",
        "exp(x) / sum(exp(x), keepdims=true)",
        "log(exp(x) / sum(exp(x), keepdims=true))",
    ],
)
@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_shares_of_hostile_logits(text: str, scale: float) -> None:
    compiled = Compiled(f"layer f(x) = {text}", (4,))
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(5, 4)) * scale).astype(np.float32)
    dy = rng.normal(size=(5, 4))
    with np.errstate(all="ignore"):  # the results tell
        y, found, _ = compiled.run(x, {}, dy.astype(np.float32))
        exact, expected, _ = compiled.run(x.astype(float), {}, dy)
    np.testing.assert_allclose(y, exact, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["x"], expected["x"], rtol=1e-4, atol=1e-6)
