"""Metrics by what they are: every threshold tried, every class counted."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from tests.scripts import Array, Run, script, spec

BEST = {
    "precision_at_recall": ("recall", "precision", "recall"),
    "recall_at_precision": ("precision", "recall", "precision"),
    "sensitivity_at_specificity": ("specificity", "recall", "specificity"),
    "specificity_at_sensitivity": ("sensitivity", "specificity", "recall"),
}


def rates(y: Array, taken: Array) -> dict[str, float]:
    """What part of what is right, one pair after the other."""
    count = dict.fromkeys([(a, b) for a in (0, 1) for b in (0, 1)], 0)
    for pair in zip(y.tolist(), taken.astype(int).tolist(), strict=True):
        count[pair] += 1
    found, missed, wrong, left = (count[p] for p in ((1, 1), (1, 0), (0, 1), (0, 0)))
    return {
        "precision": found / ((found + wrong) or 1),
        "recall": found / ((found + missed) or 1),
        "specificity": left / ((left + wrong) or 1),
    }


def scored(metric: str, y: Array, p: Array, end: str = "dense(1, sigmoid)") -> float:
    """The one metric of a script."""
    loss = "binary_crossentropy" if "(1" in end else "categorical_crossentropy"
    s = script(spec([end], loss=loss, metrics=metric))
    (found,) = s.module.scores(y, p).values()
    return float(found)


@pytest.mark.parametrize("metric", BEST)
@pytest.mark.parametrize("least", [0.0, 0.5, 0.8, 1.0])
def test_the_best_of_all_thresholds(metric: str, least: float) -> None:
    given, wanted, held = BEST[metric]
    rng = np.random.default_rng(4)
    for values in (3, 1000):  # with ties, and without
        y = (rng.random(40) < 0.4).astype(int)
        p = (rng.integers(values, size=40) + y).astype(float)
        every = [rates(y, p > t) for t in (-1.0, *p)]
        allowed = [r[wanted] for r in every if r[held] >= least]
        found = scored(f"{metric}({given}={least})", y[:, None], p[:, None])
        assert found == pytest.approx(max(allowed, default=0.0), abs=1e-12)


def test_without_positives_nothing_is_found() -> None:
    y, p = np.zeros((5, 1)), np.linspace(0, 1, 5)[:, None]
    assert scored("precision_at_recall(recall=0.5)", y, p) == 0
    assert scored("recall_at_precision(precision=0.5)", y, p) == 0
    assert scored("specificity_at_sensitivity(sensitivity=0.5)", y, p) == 0


def test_iou_of_classes_by_hand() -> None:
    """Class 0: 1 of 3; class 1: 1 of 2; class 2 is nowhere, and does not count."""
    y = np.eye(3)[[0, 0, 1, 0]]
    p = np.array([[9, 0, 0], [0, 9, 0], [1, 9, 0], [5, 5, 0]])
    end = "dense(3, softmax)"
    assert scored("one_hot_iou(0)", y, p, end) == pytest.approx(2 / 3)
    assert scored("one_hot_iou(1)", y, p, end) == pytest.approx(1 / 2)
    assert scored("one_hot_iou(2)", y, p, end) == 0
    assert scored("one_hot_mean_iou", y, p, end) == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_a_class_that_is_ignored_is_no_miss() -> None:
    loss = "sparse_categorical_crossentropy(ignore_class=-1)"
    s = script(spec(["dense(3, softmax)"], loss=loss, metrics="mean_iou"))
    y, p = np.array([0, -1, 1]), np.eye(3)[[0, 0, 1]]
    assert s.module.scores(y, p)["mean_iou"] == 1.0


def test_what_does_not_change_correlates_with_nothing() -> None:
    s = script(spec(["dense(2)"], metrics="pearson_correlation(axis=0)"))
    y = np.random.default_rng(0).normal(size=(9, 2))
    p = np.stack([2.0 * y[:, 0] + 3.0, np.ones(9)], axis=1)
    assert s.module.scores(y, p)["pearson_correlation"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("metric", "loss", "code"),
    [
        ("true_positives", "sparse_categorical_crossentropy", "metric-and-labels"),
        ("iou(3)", "sparse_categorical_crossentropy", "metric-and-outputs"),
        ("one_hot_iou(0)", "sparse_categorical_crossentropy", "metric-and-labels"),
        ("mean_iou", "categorical_crossentropy", "metric-and-labels"),
        ("poisson", "sparse_categorical_crossentropy", "metric-and-labels"),
        (
            "sparse_categorical_crossentropy",
            "categorical_crossentropy",
            "metric-and-labels",
        ),
        (
            "precision_at_recall(0.5)",
            "sparse_categorical_crossentropy",
            "metric-and-labels",
        ),
        ("precision_at_recall", "categorical_crossentropy", "missing-argument"),
    ],
)
def test_a_metric_that_does_not_fit_is_told(metric: str, loss: str, code: str) -> None:
    text = spec(["dense(3, softmax)"], loss=loss, metrics=metric)
    (error,) = check(Source("a.nn", text)).diagnostics
    assert error.code == code
    assert error.help


def test_a_correlation_of_one_output_is_told() -> None:
    text = spec(["dense(1)"], metrics="pearson_correlation")
    (error,) = check(Source("a.nn", text)).diagnostics
    assert error.code == "metric-and-outputs"
    assert "axis=0" in str(error.help)
    text = text.replace("pearson_correlation", "pearson_correlation(axis=0)")
    assert not [*check(Source("a.nn", text)).diagnostics]


def test_a_loss_that_is_measured_is_the_loss() -> None:
    """Also in a batch of several, and where it is the one that is minimized."""
    s = script(
        spec(
            ["dense(4, softmax)"],
            loss="kl_divergence",
            metrics="kl_divergence, categorical_crossentropy",
        )
    )
    rng = np.random.default_rng(0)
    x, y = s.samples(rng, 30), s.labels(rng, 30)
    found = s.module.evaluate_part(Run(s).w, s.held(x), y, "")
    assert found["kl_divergence"] == pytest.approx(found["loss"], rel=1e-12)
    entropy = -np.mean(np.sum(y * np.log(y), axis=-1))
    expected = found["loss"] + entropy
    assert found["categorical_crossentropy"] == pytest.approx(expected, rel=1e-4)
