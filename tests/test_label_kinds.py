"""Labels that no output stands for: rows of classes for `ctc`, classes for `circle`."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from templates.runtime.circle import circle
from templates.runtime.class_labels import class_labels
from templates.runtime.ctc import ctc
from templates.runtime.input_error import InputError
from templates.runtime.label_sequences import label_sequences
from tests.scripts import Array, script, spec

close = np.testing.assert_allclose


def said(way: tuple[int, ...]) -> list[int]:
    """What a way says: each class as long as it lasts, without blanks."""
    return [label for label, _ in groupby(way) if label]


def by_all_ways(z: Array, y: Array) -> float:
    """-log p(y), from the probabilities of all ways of all steps."""
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    steps, classes = z.shape
    ways = product(range(classes), repeat=steps)
    wanted = [label for label in y.tolist() if label]
    total = sum(np.prod(p[range(steps), w]) for w in ways if said(w) == wanted)
    return -float(np.log(total))


ROWS = np.array([[1, 2, 0], [1, 1, 0], [2, 2, 2], [0, 0, 0], [1, 2, 1], [2, 0, 0]])


def test_ctc_is_the_sum_over_all_ways() -> None:
    """Also where labels are the same, where there are none, and where all steps say."""
    z = np.random.default_rng(0).normal(size=(6, 5, 3))
    expected = [by_all_ways(one, y) for one, y in zip(z, ROWS, strict=True)]
    close(ctc(z, ROWS), expected, rtol=1e-12)


def test_the_slope_of_ctc() -> None:
    z, out = np.random.default_rng(1).normal(size=(6, 5, 3)), np.empty((6, 5, 3))
    ctc(z, ROWS, out=out)
    for place in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[place] = 1e-5
        up, down = ctc(z + step, ROWS).sum(), ctc(z - step, ROWS).sum()
        close(out[place], (up - down) / 2e-5, atol=1e-8)
    close(out.sum(axis=-1), 0, atol=1e-12)


def test_ctc_of_long_rows_in_single_precision() -> None:
    """Sums of hundreds of logarithms, of logits in the hundreds."""
    rng = np.random.default_rng(2)
    z = (100 * rng.normal(size=(3, 400, 6))).astype(np.float32)
    y = np.tile([1, 1, 2, 5, 3, 3, 3, 4] * 10, (3, 1))
    out = np.empty_like(z)
    losses = ctc(z, y, out=out)
    exact = np.empty(z.shape)
    close(losses, ctc(z.astype(float), y, out=exact), rtol=1e-6)
    assert np.isfinite(losses).all()
    close(out, exact, atol=1e-6)


def test_circle_pulls_a_class_together_and_others_apart() -> None:
    p = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-0.6, 0.8], [0.6, -0.8]])
    y = np.array([4, 4, 7, 7, 9])
    losses, _ = circle(p, y, 3.0, 0.25, True)
    d = 1 - p @ p.T
    for i in range(4):
        mine = [j for j in range(5) if y[j] == y[i] and j != i]
        others = [j for j in range(5) if y[j] != y[i]]
        near = sum(np.exp(3 * (0.25 + d[i, j]) * (d[i, j] - 0.25)) for j in mine)
        far = sum(np.exp(3 * max(1.25 - d[i, j], 0) * (0.75 - d[i, j])) for j in others)
        close(losses[i], np.log(1 + near * far), rtol=1e-12)
    assert losses[4] == 0.0, "it is alone of its class"
    assert circle(p, y, 3.0, 0.25, False)[0][4] > 0


@pytest.mark.parametrize("lone", [[0, 1, 2, 3], [5, 5, 5, 5]])
def test_a_batch_without_pairs_teaches_nothing(lone: list[int]) -> None:
    p = np.eye(4)
    with np.errstate(all="raise"):
        losses, slope = circle(p, np.array(lone), 80.0, 0.4, True)
    assert not losses.any() and not slope.any()


def where(row: int) -> str:
    return f"row {row + 1}"


@pytest.mark.parametrize(
    ("y", "told"),
    [
        ([1, 2], "row 1: labels int64 (2,) for 2 samples"),
        ([[1, 2], [3, 0]], "row 2: the label 3 is no class from 1 to 2"),
        ([[1, 0], [0, 2]], "row 2: a label stands behind a 0"),
        ([[1, 2, 1, 2], [1, 1, 2, 1]], "row 2: 4 labels have no room in 4 steps"),
        ([["a"], ["b"]], "labels <U1 (2, 1) for 2 samples"),
        ([[1.5], [1]], "row 1: the label 1.5 is no class"),
    ],
)
def test_rows_that_are_none(y: list[object], told: str) -> None:
    with pytest.raises(InputError) as error:
        label_sequences(np.array(y), 2, (4, 3), where)
    assert told in str(error.value)


def test_labels_become_integers() -> None:
    found = label_sequences(np.array([[1.0, 2.0], [1.0, 0.0]]), 2, (4, 3), where)
    assert found.dtype == np.intp and found.tolist() == [[1, 2], [1, 0]]
    assert class_labels(np.array([[7.0], [-2]]), 2, (5,), where).tolist() == [7, -2]
    for odd in ([1.5, 2], [np.nan, 1], [1], ["a", "b"]):
        with pytest.raises(InputError):
            class_labels(np.array(odd), 2, (5,), where)


@pytest.mark.parametrize(
    ("layers", "loss", "data", "code", "told"),
    [
        (["dense(3)"], "ctc", "", "shape-mismatch", "(steps, classes)"),
        (["dense(6)", "reshape(3, 2)"], "circle", "", "shape-mismatch", "embedding"),
        (["dense(6)", "reshape(3, 2)"], "ctc", "spirals", "labels-and-loss", "a row"),
        (
            ["dense(6)", "reshape(3, 2)"],
            "ctc",
            'csv("a.csv", target="y")',
            "labels-and-loss",
            "a row of labels",
        ),
        (["dense(3)"], "circle", "sine", "labels-and-loss", "takes classes"),
        (
            ["dense(3)"],
            "circle",
            "spirals\none_hot(target)",
            "labels-and-loss",
            "one-hot",
        ),
        (["dense(3)"], "circle", "spirals\nreconstruct", "labels-and-loss", "classes"),
    ],
)
def test_what_does_not_go_with_them(
    layers: list[str], loss: str, data: str, code: str, told: str
) -> None:
    shape = {"": "6", "sine": "1"}.get(data, "2")
    text = spec(layers, loss=loss, data=data, shape=shape)
    errors = [
        d for d in check(Source("a.nn", text)).diagnostics if d.severity == "error"
    ]
    assert errors and errors[0].code == code and told in errors[0].message


@pytest.mark.parametrize("metric", ["accuracy", "mae", "r2_score", "auc"])
def test_no_metrics_beside_them(metric: str) -> None:
    text = spec(["dense(6)", "reshape(3, 2)"], loss="ctc", metrics=metric)
    (error,) = check(Source("a.nn", text)).diagnostics
    assert error.code == "metric-and-labels"


def test_probabilities_are_no_logits() -> None:
    text = spec(["dense(6)", "reshape(3, 2)", "softmax"], loss="ctc")
    (warning,) = check(Source("a.nn", text)).diagnostics
    assert warning.code == "scores-expected"
    assert warning.help == "remove `softmax` from the last layer"


def test_a_network_learns_to_read() -> None:
    """Rows of pictures of 3 letters, of any length; the likeliest way says the row."""
    rng = np.random.default_rng(0)
    letters, x, y = rng.normal(size=(3, 4)), [], []
    for _ in range(300):
        row = rng.integers(1, 4, rng.integers(1, 4))
        picture = np.repeat(letters[row - 1], 2, axis=0) + rng.normal(0, 0.1, 4)
        x.append(np.pad(picture, ((0, 8 - len(picture)), (0, 0))))
        y.append(np.pad(row, (0, 3 - len(row))))
    text = spec(
        ["bidirectional(lstm(12, return_sequences=true))", "dense(4)"],
        shape="8, 4",
        loss="ctc",
        optimizer="adam(0.02)",
        more="epochs = 12",
    )
    s = script(text)
    parts = {"train": (np.array(x), np.array(y))}
    model, _ = s.module.train(parts)
    ways = model.predict(np.array(x)).argmax(axis=-1)
    right = [
        said(w) == [v for v in r if v] for w, r in zip(ways.tolist(), y, strict=True)
    ]
    assert np.mean(right) > 0.9
