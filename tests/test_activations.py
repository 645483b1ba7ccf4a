"""Activations in numbers: as their papers write them, a value at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from math import copysign, cosh, erf, exp, expm1, log, log1p, pi, sqrt, tanh
from typing import Any, cast

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.resources import folder
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.entry import ActivationEntry, Use, activation_of
from tests.cases import ACTIVATIONS
from tests.scripts import Array, Run, script, spec

POINTS = [1e4, 500.0, 95.0, 20.0, 6.5, 5.5, 3.1, 2.9, 1.7, 1.1, 0.9, 0.4, 0.1, 1e-3]
POINTS = [*POINTS, 1e-6, 1e-9, *(-x for x in POINTS), -1e-6, -1e-9]


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def softplus(x: float) -> float:
    return max(x, 0.0) + log1p(exp(-abs(x)))


def slope_of_tanh(x: float) -> float:
    return cosh(x) ** -2 if abs(x) < 300 else 0.0


def limited(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def relu(
    x: float, negative_slope: float, max_value: float | None, threshold: float
) -> float:
    if x <= threshold:
        return negative_slope * (x - threshold)
    return x if max_value is None else min(x, max_value)


def relu_slope(
    x: float, negative_slope: float, max_value: float | None, threshold: float
) -> float:
    if x <= threshold:
        return negative_slope
    return float(max_value is None or x < max_value)


def elu(x: float, alpha: float) -> float:
    return x if x > 0 else alpha * expm1(x)


def gelu(x: float, approximate: bool) -> float:
    inner = sqrt(2 / pi) * (x + 0.044715 * x**3)
    return x / 2 * (1 + (tanh(inner) if approximate else erf(x / sqrt(2))))


def gelu_slope(x: float, approximate: bool) -> float:
    if not approximate:
        return (1 + erf(x / sqrt(2))) / 2 + x * exp(-(x**2) / 2) / sqrt(2 * pi)
    inner = sqrt(2 / pi) * (x + 0.044715 * x**3)
    slope = sqrt(2 / pi) * (1 + 3 * 0.044715 * x**2)
    return (1 + tanh(inner)) / 2 + x / 2 * slope_of_tanh(inner) * slope


SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772

#: Each activation and its derivative, for the arguments of the entry.
FORMULAS: dict[str, tuple[Callable[..., float], Callable[..., float]]] = {
    "linear": (lambda x: x, lambda x: 1.0),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "hard_sigmoid": (
        lambda x: limited(x / 6 + 1 / 2, 0, 1),
        lambda x: 1 / 6 if abs(x) < 3 else 0.0,
    ),
    "tanh": (tanh, slope_of_tanh),
    "hard_tanh": (lambda x: limited(x, -1, 1), lambda x: float(abs(x) < 1)),
    "relu": (relu, relu_slope),
    "relu6": (lambda x: limited(x, 0, 6), lambda x: float(0 < x < 6)),
    "leaky_relu": (
        lambda x, negative_slope: x if x > 0 else negative_slope * x,
        lambda x, negative_slope: 1.0 if x > 0 else negative_slope,
    ),
    "elu": (elu, lambda x, alpha: 1.0 if x > 0 else alpha * exp(x)),
    "selu": (
        lambda x: SCALE * elu(x, ALPHA),
        lambda x: SCALE * (1.0 if x > 0 else ALPHA * exp(x)),
    ),
    "celu": (
        lambda x, alpha: x if x > 0 else alpha * expm1(x / alpha),
        lambda x, alpha: 1.0 if x > 0 else exp(x / alpha),
    ),
    "gelu": (gelu, gelu_slope),
    "silu": (
        lambda x: x * sigmoid(x),
        lambda x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x),
    ),
    "hard_silu": (
        lambda x: x * limited(x / 6 + 1 / 2, 0, 1),
        lambda x: x / 3 + 1 / 2 if abs(x) < 3 else float(x > 0),
    ),
    "mish": (
        lambda x: x * tanh(softplus(x)),
        lambda x: tanh(softplus(x)) + x * slope_of_tanh(softplus(x)) * sigmoid(x),
    ),
    "softplus": (softplus, sigmoid),
    "squareplus": (
        lambda x, b: (
            (x + sqrt(x * x + b)) / 2 if x > 0 else b / 2 / (sqrt(x**2 + b) - x)
        ),
        lambda x, b: (1 + x / sqrt(x * x + b)) / 2,
    ),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: (1 + abs(x)) ** -2),
    "exponential": (exp, exp),
    "log_sigmoid": (lambda x: -softplus(-x), lambda x: sigmoid(-x)),
    "hard_shrink": (
        lambda x, threshold: x * (abs(x) > threshold),
        lambda x, threshold: float(abs(x) > threshold),
    ),
    "soft_shrink": (
        lambda x, threshold: copysign(max(abs(x) - threshold, 0.0), x),
        lambda x, threshold: float(abs(x) > threshold),
    ),
    "tanh_shrink": (lambda x: x - tanh(x), lambda x: tanh(x) ** 2),
    "threshold": (
        lambda x, threshold, default_value: x if x > threshold else default_value,
        lambda x, threshold, default_value: float(x > threshold),
    ),
    "sparse_plus": (
        lambda x: x if x > 1 else limited(x + 1, 0, 2) ** 2 / 4,
        lambda x: limited((x + 1) / 2, 0, 1),
    ),
    "sparse_sigmoid": (
        lambda x: limited((x + 1) / 2, 0, 1),
        lambda x: 0.5 * (abs(x) < 1),
    ),
}


def ending(a: str) -> Use:
    """An activation as it is bound in a spec."""
    model = check(Source("model.nn", spec([f"dense(2, {a})"]))).model
    assert model is not None
    use = activation_of(model.network.calls[-1].use)
    assert use is not None
    return use


def sums(a: str) -> bool:
    """Whether its values depend on each other."""
    return cast(ActivationEntry, ending(a).entry).normalizes


def computed(a: str, points: list[float], precision: str) -> tuple[Array, Array]:
    """What a script makes of these, one in each unit, and the derivatives by them."""
    n = len(points)
    layers = [f"dense({n}, {a}, kernel_initializer=identity)"]
    s = script(spec(layers, shape=str(n), loss="mae", more=f"precision = {precision}"))
    run, x = Run(s), np.array([points], precision)
    arrays, derivatives = s.batch(x)
    s.module.forward(run.w, arrays)
    y = np.full((1, n), -1e9, precision)  # below: each derivative of the loss is 1 / n
    s.module.backward(run.w, run.dw, arrays, derivatives, y)
    everything = [*vars(arrays).values(), *vars(derivatives).values()]
    assert {array.dtype for array in everything} == {np.dtype(precision)}
    return getattr(arrays, s.prediction)[0], run.dw.dense_bias * n


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("a", [a for a in ACTIVATIONS if not sums(a)])
def test_values_and_derivatives(a: str, precision: str) -> None:
    """Large numbers overflow nowhere, but for those whose exponential is asked for."""
    use = ending(a)
    points = [x for x in POINTS if use.entry.name != "exponential" or x < 80]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y, slope = computed(a, points, precision)
    function, derivative = FORMULAS[use.entry.name]
    arguments = cast("dict[str, Any]", use.arguments)
    x = np.array(points, precision).tolist()
    eps = np.finfo(precision).eps
    expected = np.array([function(value, **arguments) for value in x])
    np.testing.assert_allclose(y, expected, rtol=20 * eps, atol=20 * eps)
    expected = np.array([derivative(value, **arguments) for value in x])
    np.testing.assert_allclose(slope, expected, rtol=20 * eps, atol=20 * eps)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_softmax_of_large_numbers(precision: str) -> None:
    points = [1e4, 1e4, 0.0, -1e4]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y, slope = computed("softmax", points, precision)
        log_y, log_slope = computed("log_softmax", points, precision)
    eps = np.finfo(precision).eps
    np.testing.assert_allclose(y, [0.5, 0.5, 0.0, 0.0], atol=eps)
    np.testing.assert_allclose(slope, 0.0, atol=eps)
    expected = np.array([0.0, 0.0, -1e4, -2e4]) - log(2)
    np.testing.assert_allclose(log_y, expected, rtol=2 * eps)
    np.testing.assert_allclose(log_slope, [-1.0, -1.0, 1.0, 1.0], atol=4 * eps)


def simplex(x: Array) -> Array:
    """The nearest distribution to x, by halving what is taken away of each."""
    low, high = x.min() - 1.0, x.max()
    for _ in range(200):
        t = (low + high) / 2
        low, high = (t, high) if np.maximum(x - t, 0).sum() > 1 else (low, t)
    return np.maximum(x - low, 0)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_sparsemax_of_large_numbers_and_of_ties(precision: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y, slope = computed("sparsemax", [1e4, 1e4, 9999.75, -1e4, 0.0], precision)
        alone, _ = computed("sparsemax", [-1e4, 1e4, 0.0], precision)
        same, _ = computed("sparsemax", [0.3] * 4, precision)
    np.testing.assert_allclose(y, np.array([5, 5, 2, 0, 0]) / 12, rtol=1e-6)
    np.testing.assert_allclose(slope, 0.0, atol=1e-6)
    assert alone.tolist() == [0.0, 1.0, 0.0]
    np.testing.assert_allclose(same, 0.25)


def test_sparsemax_over_every_axis() -> None:
    x = np.random.default_rng(0).normal(size=(5, 2, 3, 4))
    for axis in (1, 2, 3, -1, -2, -3):
        s = script(spec([f"sparsemax(axis={axis})", "dense(2)"], shape="2, 3, 4"))
        expected = np.apply_along_axis(simplex, axis, x)
        found = s.forward(Run(s).w, x).sparsemax
        np.testing.assert_allclose(found, expected, atol=1e-13)


def test_softmax_over_every_axis() -> None:
    x = np.random.default_rng(0).normal(size=(5, 2, 3, 4))
    for name, power in (("softmax", np.asarray), ("log_softmax", np.exp)):
        for axis in (1, 2, 3, -1, -2, -3):
            s = script(spec([f"{name}(axis={axis})", "dense(2)"], shape="2, 3, 4"))
            found = getattr(s.forward(Run(s).w, x), name)
            expected = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)
            np.testing.assert_allclose(power(found), expected, rtol=1e-13)


@pytest.mark.parametrize("a", ACTIVATIONS)
def test_limits(a: str) -> None:
    """Nothing is beyond the limits; and what is far out comes near to each of them."""
    use = ending(a)
    low, high = cast(ActivationEntry, use.entry).limits(use.arguments)
    near, far = np.linspace(-12, 12, 241), np.linspace(-300, 300, 61)
    points = [*near.tolist(), *far.tolist(), 340.0]
    y, _ = computed(a, points, "float64")
    assert low <= y.min()
    assert y.max() <= high
    assert y.min() < (low + 0.01 if low > -np.inf else -20)
    assert y.max() > (high - 0.01 if high < np.inf else 300)


@pytest.mark.parametrize(
    ("name", "kinks"), [("relu6", [0, 6]), ("hard_sigmoid", [-3, 3]), ("relu", [0])]
)
def test_nothing_flows_at_a_kink(name: str, kinks: list[float]) -> None:
    _, slope = computed(name, [*kinks, 0.5], "float32")
    assert slope[:-1].tolist() == [0.0] * len(kinks)
    assert slope[-1] > 0


# -- What is kept for the derivative ---------------------------------------------------

ENTRIES = {e.name: cast(ActivationEntry, e) for e in TABLE["activation"].values()}


@pytest.mark.parametrize("a", [a for a in ACTIVATIONS if a != "linear"])
def test_arrays(a: str) -> None:
    """One for the sum and its activation; more if the derivative needs more."""
    use = ending(a)
    name, needs = use.entry.name, ENTRIES[use.entry.name].needs(use.arguments)
    s = script(spec([f"dense(4, {a})", "dense(2)"]))
    arrays, _ = s.module.buffers(3, np.float64)
    expected = {"x", "dense", "dense_1"}
    expected |= {f"dense_{name}"} if "input" in needs else set()
    expected |= {"dense_gate"} if "gate" in needs else set()
    assert set(vars(arrays)) == expected


@pytest.mark.share(3)
@pytest.mark.parametrize("name", sorted(ENTRIES.keys() - {"linear"}))
def test_the_derivative_reads_what_its_entry_says(name: str) -> None:
    template = folder("templates") / "activations" / f"{name}.j2"
    backward = template.read_text("utf-8").partition("macro backward")[2]
    needs = {need for a in ACTIVATIONS for need in needed(a, name)}
    assert ("op.x" in backward) == ("input" in needs)
    assert ("op.y" in backward) == bool(needs & {"output", "sign"})
    assert ("op.gate" in backward) == ("gate" in needs)


def needed(a: str, name: str) -> Iterator[str]:
    """What the derivative of an activation needs, if it is the one of this name."""
    use = ending(a)
    if use.entry.name == name:
        yield from ENTRIES[name].needs(use.arguments)
