"""Metrics beside Keras's where it matters how they count: ties, halves, one class."""

from __future__ import annotations

import inspect
import re
from functools import partial

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.entry import REQUIRED
from nnspec.table.training_entry import LossEntry, MetricEntry
from tests.cases import METRICS
from tests.parity.conftest import WHY
from tests.scripts import Array, Run, Script, script, spec

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import (  # noqa: E402
    INEXACT,
    build,
    class_of,
    keras_metrics,
    metric_class,
)
from tests.parity.test_training import compare_results, data  # noqa: E402

close = np.testing.assert_allclose


def text(metrics: str, loss: str, end: str) -> str:
    return spec(["dense(8, relu)", end], loss=loss, metrics=metrics)


def whole(case: tuple[str, str, str]) -> bool:
    """Whether a case has a metric that is computed of a whole part."""
    model = check(Source("model.nn", text(*case))).model
    assert model is not None and model.training is not None
    entries = [use.entry for use in model.training.metrics]
    return any(isinstance(e, MetricEntry) and e.whole and not e.matrix for e in entries)


WHOLE = tuple(filter(whole, METRICS))


def labels(s: Script, kind: str, n: int) -> Array:
    """Labels as a script's loss takes them: classes at random, or one class only."""
    rng, shape = np.random.default_rng(5), s.model.output_shape
    assert s.model.training is not None
    loss = s.model.training.loss.entry
    assert isinstance(loss, LossEntry)
    classes = rng.integers(shape[-1], size=n)
    if kind == "of one class":
        classes[:] = shape[-1] - 1
    match loss.target:
        case "index":
            return classes
        case "distribution":
            return np.eye(shape[-1])[classes]
        case "indicator":
            ones = rng.random((n, *shape)) < 0.4
            return (ones if kind == "of all classes" else ones * 0).astype(float)
    return rng.normal(size=(n, *shape))


def outputs(kind: str, shape: tuple[int, ...]) -> Array:
    """Outputs with ties and halves, all the same, or all apart."""
    rng = np.random.default_rng(6)
    match kind:
        case "ties":
            return rng.integers(0, 9, shape) / 8
        case "zeros":
            return np.zeros(shape)
        case "halves":
            return np.full(shape, 0.5)
    return rng.random(shape)


@pytest.mark.share(7)
@pytest.mark.parametrize("p", ["apart", "ties", "zeros", "halves"])
@pytest.mark.parametrize("y", ["of all classes", "of one class"])
@pytest.mark.parametrize("case", WHOLE, ids=[case[0].split(",")[0] for case in WHOLE])
def test_scores(case: tuple[str, str, str], y: str, p: str) -> None:
    s = script(text(*case))
    taken = outputs(p, (31, *s.model.output_shape))
    right = labels(s, y, len(taken))
    found = s.module.scores(right, taken)
    logits = "from_logits" in case[1]
    for label, theirs in keras_metrics(s.model, logits=logits):
        if label in found:
            # At a threshold of 0, Keras takes 0 for a no: no threshold is below that.
            theirs.update_state(right, np.maximum(taken, 1e-6 * ("_at_" in label)))
            near = INEXACT.get(re.sub(r"_\d$", "", label), 1e-10)
            expected = float(theirs.result())
            if np.isnan(expected) and "correlation" in label:
                expected = of_what_changes(label, right, taken)
            close(found[label], expected, near, near, err_msg=label)


def of_what_changes(label: str, y: Array, p: Array) -> float:
    """The mean of Pearson's correlations, 0 where one of the two is constant."""
    y, p = (y.T, p.T) if label == "pearson_correlation_1" else (y, p)
    pairs = [np.corrcoef(a, b)[0, 1] for a, b in zip(y, p, strict=True) if np.ptp(b)]
    return float(np.sum(pairs) / len(y))


def test_the_area_of_200_thresholds_is_near() -> None:
    """Keras's own default only approximates it."""
    s = script(spec(["dense(1, sigmoid)"], loss="binary_crossentropy", metrics="auc"))
    rng = np.random.default_rng(0)
    y = (rng.random((4000, 1)) < 0.3).astype(float)
    p = np.clip(0.3 * y + rng.normal(0.3, 0.2, y.shape), 0.0, 1.0)
    for curve in ("ROC", "PR"):
        theirs = keras.metrics.AUC(curve=curve)
        theirs.update_state(y, p)
        name = "auc" if curve == "ROC" else "auc(PR)"
        s = script(
            spec(["dense(1, sigmoid)"], loss="binary_crossentropy", metrics=name)
        )
        close(s.module.scores(y, p)["auc"], float(theirs.result()), atol=1e-3)


@pytest.mark.parametrize("regressors", [1, 4, 61, 62, 63])
def test_adjusted_r2(regressors: int) -> None:
    metric = f"r2_score(num_regressors={regressors})"
    s = script(spec(["dense(2)"], metrics=metric))
    y, p = np.random.default_rng(0).normal(size=(2, 31, 2))
    theirs = keras.metrics.R2Score(num_regressors=regressors)
    theirs.update_state(y, p)
    close(s.module.scores(y, p)["r2_score"], float(theirs.result()), rtol=1e-10)


TIED = (
    ("binary_accuracy(0), precision(0), recall(0.5)", "dense(3)"),
    ("categorical_accuracy, top_k_accuracy(1), top_k_accuracy(k=2)", "dense(4)"),
    ("precision(top_k=2), recall(top_k=1), recall(0.5, 3)", "dense(4)"),
)


@pytest.mark.parametrize(("metrics", "end"), TIED)
def test_ties_of_a_network(metrics: str, end: str) -> None:
    s = script(spec([end], metrics=metrics))
    run, built = Run(s), build(s.model)
    x, y = data(s)
    x, y = np.sign(x), np.floor(y)
    for low, high in ((0, 1), (-1, 2)):  # all 0: every output a tie
        numbers = np.random.default_rng(3).integers(low, high, run.parameters.size)
        run.parameters[:] = numbers
        built.set_weights(run.weights())
        compare_results(s, run, built, x, np.abs(y))


def test_the_tie_of_a_sparse_label() -> None:
    loss = "sparse_categorical_crossentropy(from_logits=true)"
    metrics = "sparse_categorical_accuracy, top_k_accuracy(1), top_k_accuracy(3)"
    s = script(spec(["dense(5)"], loss=loss, metrics=metrics))
    run, built = Run(s), build(s.model)
    x, y = data(s)
    run.parameters[:] = np.random.default_rng(3).integers(-1, 2, run.parameters.size)
    built.set_weights(run.weights())
    compare_results(s, run, built, np.sign(x), y)


ENTRIES = {
    entry.name: (keras.metrics if category == "metric" else keras.callbacks, entry)
    for category in ("metric", "callback")
    for entry in TABLE[category].values()
    if entry.arguments
}


@pytest.mark.parametrize("name", ENTRIES)
def test_arguments_are_in_the_order_of_keras_with_its_defaults(name: str) -> None:
    module, entry = ENTRIES[name]
    theirs = metric_class(name) if module is keras.metrics else class_of(module, name)
    theirs = getattr(keras.losses, name) if isinstance(theirs, partial) else theirs
    parameters = inspect.signature(theirs).parameters
    ours = [argument.name for argument in entry.arguments]
    assert [p for p in parameters if p in ours] == ours
    for argument in entry.arguments:
        default = parameters[argument.name].default
        if name in INEXACT and argument.name == "average":
            assert default is None  # a number for each class
        elif name == "categorical_generalized_cross_entropy":
            assert (argument.name, argument.default) == ("q", 0.5)  # as the loss has it
        elif default is inspect.Parameter.empty:
            assert argument.default is REQUIRED
        else:
            assert argument.default == default
