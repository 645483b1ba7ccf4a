"""Losses and weights of classes beyond what Keras can be asked."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import nnspec
from tests.scripts import Array, Run, Script, load, script, spec

close = np.testing.assert_allclose


def batch(s: Script, n: int = 9) -> tuple[Array, Array]:
    rng = np.random.default_rng(3)
    return rng.normal(size=(n, *s.model.input_shape)), s.labels(rng, n)


def measured(s: Script, run: Run, x: Array, y: Array, *weight: object) -> float:
    loss: float = s.module.measure(s.forward(run.w, x), y, *weight)[0]
    return loss


# -- Weights of classes ----------------------------------------------------------------

WEIGHTED = (
    ("sparse_categorical_crossentropy", "dense(3, softmax)"),
    ("sparse_categorical_crossentropy", "dense(3, sigmoid)"),
    ("sparse_categorical_crossentropy(ignore_class=-1)", "dense(3, softmax)"),
    ("sparse_categorical_crossentropy(ignore_class=1)", "dense(3, sigmoid)"),
    ("categorical_crossentropy", "dense(3, softmax)"),
    ("categorical_hinge", "dense(3)"),
    ("binary_crossentropy", "dense(1, sigmoid)"),
    ("squared_hinge", "dense(1)"),
)
GIVEN = "[0: 2.0, 1: 0.5]"


def weighted(
    loss: str, end: str, weights: str, shape: str = "6", dtype: int = 64
) -> str:
    more = f"precision = float{dtype}\n  class_weight = {weights}"
    return spec(["dense(5, tanh)", end], shape=shape, loss=loss, more=more)


@pytest.mark.parametrize("weights", [GIVEN, "balanced"])
@pytest.mark.parametrize(("loss", "end"), WEIGHTED)
def test_each_label_of_a_sample_has_its_weight(
    loss: str, end: str, weights: str
) -> None:
    s = script(weighted(loss, end, weights, shape="4, 6"))
    assert s.gradcheck() == 0
    assert "weight" in s.text.partition("def run_gradcheck")[2]


@pytest.mark.parametrize(("loss", "end"), WEIGHTED)
def test_the_loss_is_divided_by_the_count(loss: str, end: str) -> None:
    """What a sample adds is its own loss, times the weight of its class, over n."""
    s = script(weighted(loss, end, GIVEN))
    run = Run(s)
    x, y = batch(s)
    weight = s.module.weigh(y, s.module.CLASS_WEIGHT)
    assert weight.shape == (len(y), 1)
    label = y if y.ndim == 1 else y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1)
    of_class = np.array([2.0, 0.5, 1.0])[label.astype(int)]
    each = [measured(s, run, x[i : i + 1], y[i : i + 1]) for i in range(len(y))]
    ignored = "ignore_class" in loss
    n = np.count_nonzero(y != (1 if "=1" in loss else -1)) if ignored else len(y)
    assert n > 0
    close(measured(s, run, x, y, weight), np.sum(of_class * each) / n)
    close(measured(s, run, x, y), np.sum(each) / n)


@pytest.mark.parametrize("ignored", ["", "(ignore_class=-1)"])
def test_a_mean_can_be_divided_by_the_sum_of_weights(ignored: str) -> None:
    loss, end = f"sparse_categorical_crossentropy{ignored}", "dense(3, softmax)"
    change = loss.replace(")", ", ") if ignored else f"{loss}("
    change += "reduction=mean_with_sample_weight)"
    s, count = (script(weighted(name, end, GIVEN)) for name in (change, loss))
    x, y = batch(s)
    given = count.module.weigh(y, count.module.CLASS_WEIGHT)
    weight = s.module.weigh(y, s.module.CLASS_WEIGHT)
    kept = y != -1
    close(weight, given * kept.sum() / given.sum())
    assert s.gradcheck() == 0
    nothing = s.module.weigh(y, np.zeros(3))
    assert measured(s, Run(s), x, y, nothing) == 0


def test_the_gradient_check_finds_a_weight_that_is_missing() -> None:
    text = nnspec.compile(weighted("hinge", "dense(1)", GIVEN))
    line = "    da.dense_1 *= weight\n"
    assert text.count(line) == 1
    options = SimpleNamespace(seed=0)
    assert load(text.replace(line, "")).run_gradcheck(options) == 1
    assert load(text).run_gradcheck(options) == 0


def test_weights_have_the_precision_of_the_training() -> None:
    for loss in ("categorical_crossentropy", "binary_crossentropy", "hinge"):
        end = "dense(3, softmax)" if loss.startswith("cat") else "dense(1)"
        for reduction in ("", "(reduction=mean_with_sample_weight)"):
            s = script(weighted(loss + reduction, end, GIVEN, dtype=32))
            y = batch(s)[1].astype(np.float32)
            assert s.module.weigh(y, s.module.CLASS_WEIGHT).dtype == np.float32


#: Data of which class 0 is rare, in the training part more than in the others.
LABELS = np.array([0, 1, 1, 2, 2, 2, 1, 1, 2, 2, 0, 0, 1, 0])
TRAIN, VALIDATION = slice(0, 10), slice(10, 14)
BALANCED = """
data {{ npz("a.npz"); split(validation=4) }}
network {{ input(2); {end} }}
training {{
  loss = {loss}
  optimizer = sgd(learning_rate=1e-30)
  class_weight = balanced
}}
"""


def trained(tmp_path: Path, text: str, x: Array, y: Array, *arguments: str) -> str:
    """What the script of a spec prints in a training on these samples."""
    np.savez(tmp_path / "a.npz", x_train=x, y_train=y)
    (tmp_path / "model.py").write_text(nnspec.compile(text.replace("; ", "\n")))
    command = [sys.executable, "model.py", "--json", *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("loss", "end", "ignored"),
    [
        ("sparse_categorical_crossentropy", "dense(3, softmax)", None),
        ("sparse_categorical_crossentropy", "dense(4, softmax)", None),
        ("sparse_categorical_crossentropy(ignore_class=2)", "dense(3, softmax)", 2),
        ("sparse_categorical_crossentropy(ignore_class=255)", "dense(3, softmax)", 255),
        ("binary_crossentropy", "dense(1, sigmoid)", None),
        ("hinge", "dense(1)", None),
    ],
)
def test_balanced_weights_are_those_of_the_training_part(
    loss: str, end: str, ignored: int | None, tmp_path: Path
) -> None:
    """n / (classes * count of the class), in training and nowhere else."""
    one = "dense(1" in end
    y = np.minimum(LABELS, 1) if one else LABELS
    if ignored == 255:
        y = np.where(np.arange(len(y)) % 5 == 3, 255, y)
    x = np.random.default_rng(0).normal(size=(len(y), 2))
    text = BALANCED.format(loss=loss, end=end)
    row = json.loads(trained(tmp_path, text, x, y).splitlines()[0])

    s = script(text.replace("; ", "\n"))
    w = s.module.views(np.zeros(s.module.PARAMETERS, np.float32))
    s.module.initialize(w, np.random.default_rng(0))
    labels = y.astype(float)[:, None] if one else y
    each = np.array([
        s.module.measure(s.forward(w, x[i : i + 1]), labels[i : i + 1])[0]
        for i in range(len(y))
    ])  # fmt: skip
    kept = y != ignored
    in_training, in_validation = (y[part][kept[part]] for part in (TRAIN, VALIDATION))
    counts = np.bincount(in_training)
    weights = len(in_training) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    assert len({*weights}) > 1
    expected = weights[in_training] * each[TRAIN][kept[TRAIN]]
    close(row["loss"], np.mean(expected), rtol=1e-4)
    assert len(in_validation)
    close(row["val_loss"], np.mean(each[VALIDATION][kept[VALIDATION]]), rtol=1e-4)


# -- Labels that do not count ----------------------------------------------------------


@pytest.mark.parametrize("end", ["dense(3, softmax)", "dense(3, sigmoid)"])
def test_ignored_labels_change_nothing(end: str) -> None:
    ignoring = "sparse_categorical_crossentropy(ignore_class=-1)"
    s = script(spec([end], loss=ignoring))
    plain = script(spec([end], loss="sparse_categorical_crossentropy"))
    run, other = Run(s), Run(plain)
    x = np.random.default_rng(0).normal(size=(6, 6))
    y = np.array([0, -1, 2, 1, -1, 2])
    run.update(x, y)
    other.update(x[y >= 0], y[y >= 0])
    close(run.measured["loss"], other.measured["loss"])
    close(run.parameters, other.parameters)


def test_a_batch_of_nothing_but_ignored_labels_is_no_fault() -> None:
    loss = "sparse_categorical_crossentropy(ignore_class=9)"
    run = Run(script(spec(["dense(3, softmax)"], loss=loss)))
    before = run.parameters.copy()
    run.update(np.ones((2, 6)), np.array([9, 9]))
    assert run.measured["loss"] == 0
    assert np.array_equal(run.parameters, before)


def test_ignored_labels_are_in_no_confusion_matrix() -> None:
    loss = "sparse_categorical_crossentropy(ignore_class=9)"
    s = script(spec(["dense(3, softmax)"], loss=loss, metrics="confusion_matrix"))
    run = Run(s)
    x, y = np.ones((4, 6)), np.array([0, 9, 2, 9])
    matrix = np.array(
        s.module.evaluate_part(run.w, x, y, "test_")["test_confusion_matrix"]
    )
    assert matrix.sum() == 2 and (matrix.sum(axis=1) == [1, 0, 1]).all()


# -- Hinge -----------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_labels_of_0_and_1_are_those_of_minus_1_and_1(loss: str) -> None:
    text = spec(["dense(3)"], loss=loss)
    runs = [Run(script(text)), Run(script(text))]
    x, y = batch(runs[0].script)
    runs[0].update(x, y)
    runs[1].update(x, 2 * y - 1)
    assert runs[0].measured == runs[1].measured
    assert np.array_equal(runs[0].parameters, runs[1].parameters)


def test_the_sign_of_a_score_is_the_class(tmp_path: Path) -> None:
    """Not whether it is above 1/2, in predictions and in the confusion matrix."""
    x = np.array([[-2.0], [-0.3], [0.3], [2.0]])
    text = """
data { npz("a.npz") }
network { input(1); dense(1, kernel_initializer=ones) }
training {
  loss = hinge
  optimizer = sgd(learning_rate=1e-30)
  metrics = [confusion_matrix]
  class_weight = balanced
}
"""
    for y in (np.array([-1, -1, 1, 1]), np.array([0, 0, 1, 1])):
        trained(tmp_path, text, x, y)
        np.savez(tmp_path / "test.npz", x_train=x, y_train=y, x_test=x, y_test=y)
        np.save(tmp_path / "x.npy", x)
        weights = ["--weights", "runs/model/weights.npz"]
        told, rows = (
            subprocess.run(
                [sys.executable, "model.py", *command, *weights],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for command in (
                ["evaluate", "--json", "--data", "test.npz"],
                ["predict", "x.npy"],
            )
        )
        assert json.loads(told)["test_confusion_matrix"] == [[2, 0], [0, 2]]
        table = list(csv.DictReader(rows.splitlines()))
        assert [row["prediction"] for row in table] == ["0", "0", "1", "1"]
        assert [float(row["score_1"]) for row in table] == pytest.approx(x[:, 0])
        assert list(table[0]) == ["prediction", "score_0", "score_1"]


# -- Where Keras clips, and logits go on -----------------------------------------------


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 3.5])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("binary_focal_crossentropy(gamma={})", "dense(1, sigmoid)"),
        ("binary_focal_crossentropy(true, gamma={})", "dense(1, sigmoid)"),
        ("categorical_focal_crossentropy(gamma={})", "dense(2, softmax)"),
    ],
)
def test_focal_losses_of_saturated_outputs(
    loss: str, end: str, dtype: str, gamma: float
) -> None:
    """A wrong output learns, however sure it is; a right one, and nothing overflows."""
    s = script(
        spec([end], loss=loss.format(gamma), shape="1", more=f"precision = {dtype}")
    )
    two = "softmax" in end
    w = s.module.views(np.zeros(s.module.PARAMETERS, dtype))
    dw = s.module.views(np.full(s.module.PARAMETERS, np.nan, dtype))
    w.dense_kernel[0, -1] = 1
    a, da = s.module.buffers(1, np.dtype(dtype))
    for z in (-1000.0, -40.0, -20.0, -2.0, 3.0, 17.0, 30.0, 500.0):
        a.x[...] = z
        s.module.forward(w, a)
        right = 1 / (1 + np.exp(-z)) if z > 0 else np.exp(z) / (1 + np.exp(z))
        for label in (0, 1):
            y = np.array([[1 - label, label]] if two else [[label]], dtype)
            sign, q = (1, right) if label else (-1, 1 - right)
            log_q = -np.logaddexp(0, -sign * z)
            miss = np.exp(-np.logaddexp(0, sign * z))
            scale = 0.25 if two else 1.0
            if "true" in loss:
                scale = 0.25 if label else 0.75
            found = s.module.measure(a, y)[0]
            close(found, -scale * miss**gamma * log_q, rtol=1e-4, atol=1e-7)
            s.module.backward(w, dw, a, da, y)
            slope = scale * sign * miss**gamma * (gamma * q * log_q - miss)
            close(dw.dense_bias[-1], slope, rtol=1e-4, atol=1e-6)


def test_zero_vectors_have_a_cosine() -> None:
    s = script(spec(["dense(3, use_bias=false)"], loss="cosine_similarity"))
    run = Run(s)
    x, y = batch(s)
    x[0], y[1] = 0, 0
    with np.errstate(all="raise"):
        run.update(x, y)
    assert np.isfinite(run.parameters).all()


def test_percentages_of_zero_are_finite() -> None:
    run = Run(script(spec(["dense(1)"], loss="mape", more="precision = float32")))
    run.update(np.ones((2, 6), np.float32), np.array([[0.0], [1.0]], np.float32))
    assert run.measured["loss"] > 1e7 and np.isfinite(run.parameters).all()


# -- Quotients of sums -----------------------------------------------------------------


def test_a_batch_of_sums_is_not_shared() -> None:
    """The loss of a batch is no mean of those of its parts."""
    layers = ["conv2d(2, 2)", "flatten", "dense(1, sigmoid)"]
    for loss, shared in (("dice", False), ("binary_crossentropy", True)):
        text = nnspec.compile(spec(layers, shape="4, 4, 1", loss=loss))
        assert ("SHARES" in text) == shared


def test_dice_of_perfect_outputs_and_of_none() -> None:
    s = script(spec(["dense(2, sigmoid)"], loss="dice"))
    a, _ = s.batch(np.zeros((3, 6)))
    y = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    for p, expected in ((y, 0.0), (1.0 - y, 1.0)):
        getattr(a, s.prediction)[:] = p
        close(s.module.measure(a, y)[0], expected, atol=1e-7)
