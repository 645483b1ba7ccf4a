"""How a part of the data is assessed: all its samples, and nothing as in training."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnspec
from tests.scripts import Run, script, spec

SAMPLES = 700  # more than the script takes at once, and the last batch is smaller


def test_means_are_those_over_all_samples() -> None:
    s = script(spec(["dense(2)"], loss="mse", metrics="mae"))
    w, rng = Run(s).w, np.random.default_rng(0)
    x = rng.normal(size=(SAMPLES, 6)) * np.linspace(0, 2, SAMPLES)[:, None]
    y = s.labels(rng, SAMPLES)
    error = s.predict(w, x) - y
    found = s.module.evaluate_part(w, x, y, "val_")
    assert list(found) == ["val_loss", "val_mae"]
    np.testing.assert_allclose(found["val_loss"], np.mean(error**2), rtol=1e-12)
    np.testing.assert_allclose(found["val_mae"], np.mean(abs(error)), rtol=1e-12)


def test_dropouts_do_nothing() -> None:
    with_dropout, without = (
        script(spec([*layers, "dense(2)"])) for layers in (["dropout(0.5)"], [])
    )
    w, rng = Run(without).w, np.random.default_rng(0)
    x, y = rng.normal(size=(SAMPLES, 6)), rng.normal(size=(SAMPLES, 2))
    found = with_dropout.module.evaluate_part(w, x, y, "")
    assert found == without.module.evaluate_part(w, x, y, "")


@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("binary_crossentropy", "dense(1, sigmoid)"),
        ("binary_crossentropy(from_logits=true)", "dense(1)"),
        ("categorical_crossentropy", "dense(3, softmax)"),
        ("sparse_categorical_crossentropy", "dense(3, softmax)"),
    ],
)
def test_confusion_matrix(loss: str, end: str) -> None:
    """A row for each class, a column for what its samples were taken for."""
    s = script(spec([end], loss=loss, metrics="confusion_matrix"))
    w, rng = Run(s).w, np.random.default_rng(0)
    x, labels = rng.normal(size=(SAMPLES, 6)), s.labels(rng, SAMPLES)
    logits = x @ w.dense_kernel
    if "binary" in loss:
        threshold = 0.5 if "from_logits" in loss else 0.0
        right, taken = labels[:, 0].astype(int), (logits[:, 0] > threshold).astype(int)
    else:
        right = labels.argmax(axis=1) if labels.ndim == 2 else labels
        taken = logits.argmax(axis=1)
    classes = range(max(2, logits.shape[1]))
    expected = [[((right == i) & (taken == j)).sum() for j in classes] for i in classes]
    found = s.module.evaluate_part(w, x, labels, "test_")
    assert found["test_confusion_matrix"] == expected
    assert list(s.module.evaluate_part(w, x, labels, "val_")) == ["val_loss"]


def test_labels_of_hinges_can_be_signs_or_0_and_1() -> None:
    metrics = "precision(0), recall(0), f1_score(threshold=0.1), auc, auc(PR)"
    s = script(spec(["dense(1)"], loss="hinge", metrics=metrics))
    rng = np.random.default_rng(0)
    y, p = rng.integers(2, size=(SAMPLES, 1)), rng.normal(size=(SAMPLES, 1))
    assert s.module.scores(y, p) == s.module.scores(2 * y - 1, p)


def test_an_ignored_label_is_a_mistake_for_every_metric_but_the_matrix() -> None:
    loss = "sparse_categorical_crossentropy(ignore_class=-1)"
    metrics = "accuracy, top_k_accuracy(2), f1_score(micro), confusion_matrix"
    s = script(spec(["dense(4, softmax)"], loss=loss, metrics=metrics))
    w, rng = Run(s).w, np.random.default_rng(0)
    x, y = rng.normal(size=(SAMPLES, 6)), rng.integers(-1, 4, size=SAMPLES)
    order = np.argsort(-s.predict(w, x), axis=1)
    found = s.module.evaluate_part(w, x, y, "test_")
    np.testing.assert_allclose(found["test_accuracy"], np.mean(order[:, 0] == y))
    near = np.mean((order[:, :2] == y[:, None]).any(axis=1))
    np.testing.assert_allclose(found["test_top_k_accuracy"], near)
    right = np.sum(order[:, 0] == y)
    expected = 2 * right / (SAMPLES + np.sum(y >= 0))
    np.testing.assert_allclose(found["test_f1_score"], expected)
    matrix = np.array(found["test_confusion_matrix"])
    assert matrix.sum() == np.sum(y >= 0)
    assert matrix.trace() == right


METRICS = (
    ("binary_accuracy, precision, recall(0.3, 2), auc, auc(PR), rmse", "sigmoid"),
    ("precision(class_id=1), top_k_accuracy(2), categorical_accuracy", "softmax"),
)


@pytest.mark.parametrize(("metrics", "end"), METRICS)
def test_rows_of_outputs_are_as_so_many_samples(metrics: str, end: str) -> None:
    loss = "binary_crossentropy" if end == "sigmoid" else "categorical_crossentropy"
    rows = script(spec([f"dense(3, {end})"], shape="4, 6", loss=loss, metrics=metrics))
    alone = script(spec([f"dense(3, {end})"], loss=loss, metrics=metrics))
    w, rng = Run(alone).w, np.random.default_rng(0)
    x, y = rng.normal(size=(30, 4, 6)), rng.integers(2, size=(30, 4, 3)).astype(float)
    found = rows.module.evaluate_part(w, x, y, "")
    expected = alone.module.evaluate_part(w, x.reshape(-1, 6), y.reshape(-1, 3), "")
    assert list(found) == list(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, err_msg=name)


def test_rows_of_classes_are_as_so_many_samples() -> None:
    loss, end = "sparse_categorical_crossentropy", "dense(3, softmax)"
    metrics = "sparse_categorical_accuracy, top_k_accuracy(2), recall(class_id=2), "
    metrics += "confusion_matrix"
    rows = script(spec([end], shape="4, 6", loss=loss, metrics=metrics))
    alone = script(spec([end], loss=loss, metrics=metrics))
    w, rng = Run(alone).w, np.random.default_rng(0)
    x, y = rng.normal(size=(30, 4, 6)), rng.integers(3, size=(30, 4))
    found = rows.module.evaluate_part(w, x, y, "test_")
    expected = alone.module.evaluate_part(w, x.reshape(-1, 6), y.reshape(-1), "test_")
    assert found.pop("test_confusion_matrix") == expected.pop("test_confusion_matrix")
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, err_msg=name)


@pytest.mark.share(3)
@pytest.mark.parametrize("size", [1, 5, 64])
@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("mse(reduction=sum)", "dense(1)"),
        ("sparse_categorical_crossentropy(ignore_class=-1)", "dense(3, softmax)"),
    ],
)
def test_losses_that_go_by_batches_take_those_of_the_option(
    loss: str, end: str, size: int, tmp_path: Path
) -> None:
    """On the same samples, training, validation and test tell the same loss."""
    rng, labels = np.random.default_rng(0), [-1] * 6 + [0, 1, 2, 0] + [-1] * 3 + [1]
    x, y = rng.normal(size=(14, 2)), np.array(labels)
    parts = ("train", "validation", "test")
    named = {f"x_{part}": x for part in parts} | {f"y_{part}": y for part in parts}
    np.savez(tmp_path / "a.npz", **named)
    text = spec(
        [end], shape="2", loss=loss, optimizer="sgd(0)", more="batch_size = 4",
        data='npz("a.npz", x_validation="x_validation", y_validation="y_validation")',
    ).replace("batch_size = 4", "batch_size = 4\n  shuffle = false")  # fmt: skip
    (tmp_path / "model.py").write_text(nnspec.compile(text))

    def told(*arguments: str) -> list[dict[str, float]]:
        done = subprocess.run(
            [sys.executable, "model.py", *arguments, "--json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    given = ["--batch-size", str(size)]
    epoch, test = told("train", "--epochs", "1", "--out", "run", *given)
    assert epoch["val_loss"] == pytest.approx(epoch["loss"], rel=1e-6)
    assert test["test_loss"] == pytest.approx(epoch["loss"], rel=1e-6)
    assert told("evaluate", "--weights", "run/weights.npz", *given) == [test]
