"""Losses of one's own, in scripts."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tests.formulas.test_activations import told
from tests.scripts import Array, Script, script, spec

_CLIPPED = "min(max(p, 1e-7), 1 - 1e-7)"


def with_loss(
    formula: str, use: str, end: str = "dense(3)", more: str = "", shape: str = "6"
) -> str:
    """A network with a loss."""
    layers = ["dense(5, tanh)", end]
    return f"{formula}\n" + spec(
        layers, loss=use, shape=shape, more=f"precision = float64\n  {more}"
    )


def measured(s: Script, x: Array, y: Array) -> tuple[float, dict[str, Array]]:
    """The loss of a batch and the gradients by the weights."""
    w, dw = (s.module.views(np.zeros(s.module.PARAMETERS)) for _ in range(2))
    s.module.initialize(w, np.random.default_rng(1))
    a, da = s.batch(x)
    s.module.forward(w, a)
    weight = s.weigh(y)
    loss = s.module.measure(a, y, *weight)[0]
    s.module.backward(w, dw, a, da, y, *(weight or []))
    return loss, vars(dw)


@pytest.mark.parametrize(
    ("formula", "own", "known", "end"),
    [
        ("(p - y)**2", "own", "mse", "dense(3)"),
        ("mean((p - y)**2)", "own", "mse", "dense(3)"),
        ("(p - y)**2", "own(reduction=sum)", "mse(reduction=sum)", "dense(3)"),
        ("mean(abs(p - y))", "own(reduction=sum)", "mae(reduction=sum)", "dense(3)"),
        ("-sum(y * log(p))", "own", "categorical_crossentropy", "dense(3, softmax)"),
        (
            "log(1 + exp(p)) - y * p",
            "own",
            "binary_crossentropy(from_logits=true)",
            "dense(2)",
        ),
        (
            "where(abs(p - y) < d, (p - y)**2 / 2, d * abs(p - y) - d**2 / 2)",
            "own(0.5)",
            "huber(0.5)",
            "dense(3)",
        ),
        ("log((exp(p - y) + exp(y - p)) / 2)", "own", "log_cosh", "dense(3)"),
        ("p - y * log(p + 1e-7)", "own", "poisson", "dense(2, exponential)"),
    ],
)
@pytest.mark.parametrize("shape", ["6", "4, 6"])
def test_own_loss_is_that_of_the_language(
    formula: str, own: str, known: str, end: str, shape: str
) -> None:
    if "sum" in own and "," in shape:
        return  # for a loss of one's own, all values of a sample are averaged
    parameters = "y, p, d=1" if "(0.5)" in own else "y, p"
    mine = script(
        with_loss(f"loss own({parameters}) = {formula}", own, end, shape=shape)
    )
    theirs = script(with_loss("", known, end, shape=shape))
    rng = np.random.default_rng(0)
    x, y = mine.samples(rng, 7), theirs.labels(rng, 7)
    (one, gradients), (other, expected) = measured(mine, x, y), measured(theirs, x, y)
    assert one == pytest.approx(other, rel=1e-12)
    for name, g in expected.items():
        np.testing.assert_allclose(gradients[name], g, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(
    "reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight"]
)
@pytest.mark.parametrize(
    ("formula", "shape"), [(f"of({_CLIPPED})", "6"), (f"sum(of({_CLIPPED}))", "4, 6")]
)
def test_classes_are_weighed_as_in_the_language(
    formula: str, shape: str, reduction: str
) -> None:
    text = formula.replace(f"of({_CLIPPED})", "-(y * log(q) + (1 - y) * log(1 - q))")
    definition = f"loss own(y, p) {{\n  q = {_CLIPPED}\n  {text}\n}}"
    more = "class_weight = [0: 0.5, 1: 3.0]"
    mine, theirs = (
        script(with_loss(d, f"{loss}(reduction={reduction})", END, more, shape))
        for d, loss in ((definition, "own"), ("", "binary_crossentropy"))
    )
    assert mine.gradcheck() == 0
    if reduction == "sum" and "," in shape:
        return  # as above
    rng = np.random.default_rng(0)
    x, y = mine.samples(rng, 7), theirs.labels(rng, 7)
    (one, gradients), (other, expected) = measured(mine, x, y), measured(theirs, x, y)
    assert one == pytest.approx(other, rel=1e-6)
    for name, g in expected.items():
        np.testing.assert_allclose(gradients[name], g, rtol=1e-6, atol=1e-9)


END = "dense(1, sigmoid)"


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (
            "loss own(p) = p",
            "formula `own`: a loss takes two values, the labels and the predictions, "
            "got 1 (write `loss NAME(y, p) = ...`; parameters with a default are "
            "settings)",
        ),
        (
            "loss own(y, p) = (y - q)**2",
            "unknown-name `q`: nothing here is called `q` "
            "(a formula knows its parameters, the lines above and `let`s)",
        ),
        (
            "loss own(y, p) = sum(y - p, axis=2)",
            "shape-mismatch `sum(y - p, axis=2)`: there is no axis 2: the value has 1 "
            "axis, without that of the batch (axes count from 0 to 0, or from -1 at "
            "the end)",
        ),
        (
            "loss own(y, p) = mean(y - p, axis=batch)",
            "formula `batch`: `axis=batch` stands only within `moving`, as no "
            "prediction depends on the samples beside it (write `NAME = "
            "moving(mean(..., axis=batch))`)",
        ),
    ],
)
def test_what_is_told_of_a_loss(formula: str, message: str) -> None:
    assert told(with_loss(formula, "own")) == [message]


def test_a_shape_that_does_not_fit_is_told_with_the_use() -> None:
    found = told(with_loss("loss own(y, p) = slice(p - y, 0, 3)", "own", "dense(2)"))
    assert found == [
        "shape-mismatch `slice(p - y, 0, 3)`: from 0 to 3 is no part of an axis of 2 "
        "(both count from 0 to 2, or from -1 at the end)"
    ]


def test_losses_have_names_of_their_own() -> None:
    text = with_loss(
        "activation own(x) = sin(x)\nloss own(y, p) = abs(p - y)",
        "own",
        "dense(3, own)",
    )
    assert told(text) == []
    assert script(text).module.run_gradcheck(SimpleNamespace(seed=0)) == 0


def test_labels_that_are_taken_together_are_not_weighed() -> None:
    text = with_loss(
        "loss own(y, p) = mean(abs(p - y), axis=0)",
        "own",
        END,
        "class_weight = [0: 1.0, 1: 2.0]",
        "4, 6",
    )
    assert told(text)[0].startswith("class-weight ")
