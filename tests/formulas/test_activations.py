"""Activations of one's own, in scripts."""

from __future__ import annotations

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.source import Source
from tests.cases import FORMULAS
from tests.scripts import script, spec

LAYERS = ["dense(5, ACT)", "dense(4, tanh)", "ACT", "dense(3)"]


def told(text: str) -> list[str]:
    """The findings of a spec, each with its place and its help."""
    source = Source("spec.nn", text)
    return [
        f"{d.code} `{text[d.span.start : d.span.end]}`: {d.message}"
        + (f" ({d.help})" if d.help else "")
        for d in check(source).diagnostics
    ]


def with_formula(formula: str, act: str = "own") -> str:
    """A network with an activation, as an argument and as a layer."""
    return f"{formula}\n" + spec([line.replace("ACT", act) for line in LAYERS])


@pytest.mark.parametrize("name", FORMULAS)
def test_derivatives_are_those_of_central_differences(name: str) -> None:
    assert script(FORMULAS[name]).gradcheck() == 0


@pytest.mark.parametrize(
    ("formula", "act"),
    [
        ("activation own(x) = 1 / (1 + exp(-x))", "sigmoid"),
        ("activation own(x) = x * sigmoid(x)", "silu"),
        ("activation own(x) = log(1 + exp(x))", "softplus"),
        ("activation own(x) = max(x, 0)", "relu"),
        ("activation own(x) = where(x > 0, x, 0.2 * x)", "leaky_relu(0.2)"),
        ("activation own(x) = x / (1 + abs(x))", "softsign"),
        ("activation own(x) = x * (1 + erf(x / sqrt(2))) / 2", "gelu"),
        ("activation own(x) = mish(x)", "mish"),
        ("activation own(x, a=0.5) = celu(x, a)", "celu(0.5)"),
        ("activation own(x, act=elu) = act(x)", "elu"),
        ("let b = 4\nactivation own(x) = (x + sqrt(x**2 + b)) / 2", "squareplus"),
    ],
)
def test_own_activation_is_that_of_the_language(formula: str, act: str) -> None:
    own, known = script(with_formula(formula)), script(with_formula("", act))
    rng = np.random.default_rng(0)
    x = own.samples(rng, 7)
    y = own.labels(rng, 7)
    gradients = []
    for s in (own, known):
        w, dw = (s.module.views(np.zeros(s.module.PARAMETERS)) for _ in range(2))
        s.module.initialize(w, np.random.default_rng(1))
        a, da = s.batch(x)
        s.module.forward(w, a)
        s.module.backward(w, dw, a, da, y)
        gradients.append((getattr(a, s.prediction), *vars(dw).values()))
    for mine, theirs in zip(*gradients, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (
            "activation own(x) = exp(z)",
            "unknown-name `z`: nothing here is called `z` "
            "(a formula knows its parameters, the lines above and `let`s)",
        ),
        (
            "activation own(x, slope=1) = slop * x",
            "unknown-name `slop`: nothing here is called `slop` "
            "(did you mean `slope`?)",
        ),
        (
            "activation own(x) = epx(x)",
            "unknown-function `epx`: there is no function called `epx` in formulas "
            "(did you mean `exp`?)",
        ),
        (
            "activation own(x) = exp",
            "formula `exp`: `exp` is a function here (write `exp(...)`)",
        ),
        (
            "activation own(x) = softmax(x)",
            "shape-mismatch `softmax(x)`: there is no axis -1: the value has 0 axes, "
            "without that of the batch",
        ),
        (
            "activation own(x) = exp(x, 2)",
            "too-many-arguments `2`: `exp` takes at most 1 value without a name",
        ),
        (
            "activation own(x) = where(x > 0, x)",
            "missing-argument `where`: `where` needs `b` "
            "(it is called `where(condition, a, b)`)",
        ),
        (
            "activation own(x) = elu(x, alfa=2)",
            "unknown-argument `alfa`: `elu` has no argument `alfa` "
            "(did you mean `alpha`?)",
        ),
        (
            "activation own(x, y) = x + y",
            "formula `own`: an activation takes one value, got 2 (write `activation "
            "NAME(x) = ...`; parameters with a default are settings)",
        ),
        (
            "activation own(x, x=2) = x",
            "doubled-name `x`: `x` is defined twice in this formula "
            "(give one of the two another name)",
        ),
        (
            "activation own(x) {\n  y = x\n}",
            "formula `y = x`: the last line of a formula is its result, and has no "
            "name (add a line `y`)",
        ),
        (
            "activation own(x) {\n  exp(x)\n  x\n}",
            "formula `exp(x)`: each line but the last has a name "
            "(write `NAME = expression`)",
        ),
        (
            "activation own(x, a=none) = x + a",
            "formula `a`: a number or a value is needed here, got `none`",
        ),
        (
            "activation own(x, act=relu) = x + act",
            "formula `act`: a number or a value is needed here, got `relu`, a function",
        ),
        (
            'activation own(x) = x + "1"',
            'formula `"1"`: a formula has no texts',
        ),
        (
            "activation own(x) = x / 0 + 1 // 0",
            "arithmetic `x / 0`: this cannot be computed: it divides by zero",
        ),
        (
            "activation own(x) = x + 1 // 0",
            "arithmetic `1 // 0`: this cannot be computed: it divides by zero",
        ),
        (
            "activation own(x) = x + log(0 - 2)",
            "arithmetic `log(0 - 2)`: this cannot be computed: log of -2 is no real "
            "number",
        ),
        (
            "activation own(x) = x // 2",
            "formula `x`: an integer is needed here, got what is known only when the "
            "script runs",
        ),
        (
            "activation own(x) = dropout(x, 0.5)",
            "formula `dropout`: only a layer draws numbers (write a `layer`)",
        ),
        (
            "activation own(x) = weight(3) * x",
            "formula `weight`: `weight` stands on a line of its own in a layer, and "
            "bears its name (write `NAME = weight(...)` above, and the name here)",
        ),
        (
            "activation own(x) = own(x) + 1",
            "unknown-function `own`: there is no function called `own` in formulas "
            "(`nnspec explain unknown-function` lists them)",
        ),
        (
            "activation own(x) = x\nactivation own(x) = 2 * x",
            "doubled-name `own`: `own` is defined twice "
            "(remove one of the two, or give it another name)",
        ),
        (
            "activation input(x) = x\nactivation own(x) = x",
            "name-taken `input`: no activation is called `input`: the language has "
            "another use for this word (give it another name)",
        ),
    ],
)
def test_what_is_told_of_a_formula(formula: str, message: str) -> None:
    assert told(with_formula(formula))[:1] == [message]
    assert len(told(with_formula(formula))) == 1


def test_names_of_the_language_may_be_hidden() -> None:
    text = with_formula("activation relu(x) = max(x, 0.5)", "relu")
    assert told(text) == [
        "hidden-name `relu`: this activation hides the layer `relu` of the language "
        "(give it another name)"
    ]
    assert "# relu(x) = max(x, 0.5)" in nnspec.compile(text)


def test_own_names_are_suggested_and_their_settings_are_checked() -> None:
    formula = "activation bent(x, slope=0.1) = where(x > 0, x, slope * x)"
    assert told(with_formula(formula, "bend"))[0].endswith("(did you mean `bent`?)")
    assert told(with_formula(formula, 'bent("a")'))[:1] == [
        'argument-type `"a"`: `slope` of `bent` needs a number, got `"a"` '
        "(its default is `0.1`)"
    ]
    faulty = with_formula("activation bent(x, a=1) = x / a + log(a)", "bent(0)")
    assert told(faulty)[0].startswith("arithmetic `0`: this cannot be computed")


def test_logs_and_roots_that_fail_are_warned_of() -> None:
    assert told(with_formula("activation own(x) = log(relu(x))")) == [
        "outside-domain `log(relu(x))`: this is the log of what can be 0 "
        "(add a small number: 1e-7)"
    ]


def test_weights_of_another_formula_are_not_those_of_this_one() -> None:
    def about(text: str) -> list[str]:
        lines = nnspec.compile(text).splitlines()
        return [line for line in lines if '"network": "' in line]

    first = about(with_formula("let k = 2\nactivation own(x) = k * x"))
    assert first == about(with_formula("let k = 1 + 1\nactivation own(x) = k*x # same"))
    assert first != about(with_formula("let k = 3\nactivation own(x) = k * x"))
    assert first != about(with_formula("let k = 2\nactivation own(x) = k + x"))


def test_no_text_of_a_formula_becomes_code() -> None:
    names = ["np", "math", "rng", "sigmoid", "len", "lambda", "a", "da", "__class__"]
    lines = "\n".join(f"  {n} = exp(x) + {i}" for i, n in enumerate(names))
    used = " + ".join(f"{n} * {n}" for n in names)
    text = with_formula(f"activation own(x) {{\n{lines}\n  {used} + sigmoid(x)\n}}")
    assert script(text.replace("5, own", "5")).gradcheck() == 0


def test_activations_of_activations_take_no_more_than_their_lines() -> None:
    lines = ["activation a0(x) = sin(x)", "activation a1(x) = cos(x)"]
    for i in range(2, 60):
        lines.append(f"activation a{i}(x) = (a{i - 1}(x) + a{i - 2}(x)) / 2")
    text = with_formula("\n".join(lines), "a59")
    assert script(text).gradcheck() == 0


def test_derivatives_of_long_formulas_are_not_told() -> None:
    inner = [f"  v{i + 1} = exp(sin(v{i}))" for i in range(400)]
    lines = "\n".join(["  v0 = x", *inner, "  v400 / 3"])
    found = nnspec.compile(with_formula(f"activation own(x) {{\n{lines}\n}}"))
    assert "# own: dy/dx\n" in found


def test_only_activations_are_called() -> None:
    assert told(with_formula("activation own(x, k=ones) = k(x)"))[0] == (
        "formula `k`: `ones` is no activation"
    )
