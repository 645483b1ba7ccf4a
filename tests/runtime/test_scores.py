"""Metrics of a whole part: by hand, and as scikit-learn has them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from templates.runtime.adjusted import adjusted
from templates.runtime.auc import auc
from templates.runtime.by_support import by_support
from templates.runtime.confusion_matrix import confusion_matrix
from templates.runtime.f1_score import f1_score
from templates.runtime.largest import largest
from templates.runtime.pr_auc import pr_auc
from templates.runtime.precision import precision
from templates.runtime.r2_by_variance import r2_by_variance
from templates.runtime.r2_score import r2_score
from templates.runtime.recall import recall
from templates.runtime.top_k import top_k
from templates.runtime.top_k_accuracy import top_k_accuracy

Array = np.ndarray[Any, Any]

YES, NO = True, False


def column(*values: float) -> Array:
    return np.array(values)[:, None]


# -- Areas -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "p", "area"),
    [
        ([NO, NO, YES, YES], [0.1, 0.4, 0.35, 0.8], 0.75),
        ([YES, YES, NO], [0.9, 0.8, 0.1], 1.0),
        ([NO, NO, YES], [0.9, 0.8, 0.1], 0.0),
        ([NO, YES], [0.5, 0.5], 0.5),
        ([YES, NO, YES, NO], [0.5, 0.5, 0.5, 0.5], 0.5),
        ([YES, NO, NO], [0.7, 0.7, 0.2], 0.75),  # one tie, one won
        ([YES, YES], [0.2, 0.7], 0.0),
        ([NO, NO], [0.2, 0.7], 0.0),
        ([YES], [0.5], 0.0),
        ([YES, NO, YES, NO], [-3.0, -7.0, 12.0, 0.0], 0.75),  # logits
    ],
)
def test_auc_by_hand(y: list[bool], p: list[float], area: float) -> None:
    assert auc(column(*y), column(*p)) == area


def test_the_same_ranks_have_the_same_auc() -> None:
    rng = np.random.default_rng(0)
    y, p = rng.random(1000) < 0.3, rng.normal(size=1000)
    assert auc(y, p) == auc(y, np.exp(p)) == auc(y, 5 * p - 3) == 1 - auc(~y, p)


def test_many_samples_are_counted_exactly() -> None:
    y = np.arange(1_000_000) % 2 == 1
    assert auc(y, np.arange(1_000_000, dtype=np.float32)) == 0.500001
    assert auc(y, np.zeros(1_000_000, np.float32)) == 0.5


SCORES = st.integers(0, 8).map(lambda n: n / 8)


@st.composite
def problems(draw: st.DrawFn) -> tuple[Array, Array]:
    """Labels of both kinds, and outputs with many ties."""
    n = draw(st.integers(2, 30))
    y = draw(arrays.arrays(bool, n).filter(lambda y: y.any() and not y.all()))
    return y, draw(arrays.arrays(np.float32, n, elements=SCORES))


@settings(deadline=None)
@given(problems())
def test_auc_is_that_of_scikit_learn(problem: tuple[Array, Array]) -> None:
    learn = pytest.importorskip("sklearn.metrics")
    y, p = problem
    np.testing.assert_allclose(auc(y, p), learn.roc_auc_score(y, p), atol=1e-12)


def by_steps(y: Array, p: Array, steps: int = 20_000) -> float:
    """The area under the curve of precision, on a fine grid between its points."""
    points = [(0, 0)]
    for value in np.unique(p)[::-1]:
        points.append(((y & (p >= value)).sum(), (~y & (p >= value)).sum()))
    area = 0.0
    for (right, wrong), (more, worse) in pairwise(points):
        share = (np.arange(steps) + 0.5) / steps
        a, b = right + (more - right) * share, wrong + (worse - wrong) * share
        area += (more - right) * np.mean(a / (a + b))
    return area / y.sum()


@settings(deadline=None)
@given(problems())
def test_pr_auc_is_that_of_the_interpolated_curve(
    problem: tuple[Array, Array],
) -> None:
    assert pr_auc(*problem) == pytest.approx(by_steps(*problem), abs=1e-4)


@pytest.mark.parametrize(
    ("y", "p", "area"),
    [
        ([YES, YES, NO], [0.9, 0.8, 0.1], 1.0),
        ([YES, YES], [0.2, 0.7], 1.0),
        ([NO, NO], [0.2, 0.7], 0.0),
        ([YES, NO, NO, NO], [0.5, 0.5, 0.5, 0.5], 0.25),
        ([NO, YES], [0.9, 0.1], 1 - np.log(2)),
    ],
)
def test_pr_auc_by_hand(y: list[bool], p: list[float], area: float) -> None:
    assert pr_auc(column(*y), column(*p)) == pytest.approx(area, abs=1e-15)


# -- Counts ----------------------------------------------------------------------------


def test_precision_and_recall_by_hand() -> None:
    y = np.array([[YES, NO], [YES, YES], [NO, NO]])
    taken = np.array([[YES, YES], [NO, YES], [YES, NO]])
    assert precision(y, taken) == 2 / 4
    assert recall(y, taken) == 2 / 3


def test_precision_and_recall_of_nothing_are_0() -> None:
    none, all_ = np.zeros((3, 1), bool), np.ones((3, 1), bool)
    assert precision(all_, none) == precision(none, none) == 0.0
    assert recall(none, all_) == recall(none, none) == 0.0


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_top_k_is_exactly_k_and_the_first_of_a_tie(k: int) -> None:
    p = np.array([[0.1, 0.4, 0.4, 0.1], [0.25] * 4, [-1.0, -2.0, -3.0, -4.0]])
    order = [[1, 2, 0, 3], [0, 1, 2, 3], [0, 1, 2, 3]]
    mask = top_k(p, k)
    for row, places in zip(mask, order, strict=True):
        assert set(np.flatnonzero(row)) == set(places[:k])


def test_largest() -> None:
    p = np.array([[0.1, 0.7, 0.2], [0.4, 0.4, 0.2], [0.0, 0.0, 0.0], [-2.0, -1.0, -3]])
    expected = [[0, 1, 0], [1, 1, 0], [0, 0, 0], [0, 1, 0]]
    assert largest(p).astype(int).tolist() == expected


def test_f1_score_by_hand() -> None:
    y = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    taken = np.array([[YES, NO, NO], [YES, YES, NO], [YES, YES, NO]])
    assert f1_score(y, taken).tolist() == [4 / 5, 2 / 4, 0.0]


@settings(deadline=None)
@given(arrays.arrays(bool, (12, 3)), arrays.arrays(bool, (12, 3)))
def test_f1_score_is_that_of_scikit_learn(y: Array, taken: Array) -> None:
    learn = pytest.importorskip("sklearn.metrics")

    def expected(average: str | None) -> Any:
        return learn.f1_score(y, taken, average=average, zero_division=0)

    scores = f1_score(y, taken)
    np.testing.assert_allclose(scores, expected(None), atol=1e-12)
    assert np.mean(scores) == pytest.approx(expected("macro"), abs=1e-12)
    assert by_support(scores, y) == pytest.approx(expected("weighted"), abs=1e-12)
    micro = f1_score(y.reshape(-1), taken.reshape(-1))
    assert micro == pytest.approx(expected("micro"), abs=1e-12)


def test_top_k_accuracy_counts_a_tie_with_the_last() -> None:
    p = np.array([[0.4, 0.3, 0.3], [0.2, 0.5, 0.3], [0.1, 0.2, 0.7]])
    label = np.array([2, 0, 0])
    assert top_k_accuracy(label, p, 1) == 0.0
    assert top_k_accuracy(label, p, 2) == 1 / 3
    assert top_k_accuracy(label, p, 3) == 1.0
    rows = np.stack([p, p])  # several labels a sample
    assert top_k_accuracy(np.stack([label, label]), rows, 2) == 1 / 3


def test_outputs_that_are_not_numbers_are_no_hits() -> None:
    assert top_k_accuracy(np.array([0]), np.full((1, 3), np.nan), 2) == 0.0


def test_confusion_matrix() -> None:
    right, taken = np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2])
    assert confusion_matrix(right, taken, 4) == [
        [1, 0, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
    ]
    y, p = column(YES, NO, NO), column(YES, YES, NO)
    assert confusion_matrix(y, p, 2) == [[1, 1], [0, 1]]


# -- Variances -------------------------------------------------------------------------


def test_r2_score_by_hand() -> None:
    y, p = column(1.0, 4.0, 3.0), column(2.0, 4.0, 4.0)
    assert r2_score(y, p) == pytest.approx([1 - 2 / (14 / 3)])
    assert r2_by_variance(y, p) == pytest.approx(1 - 2 / (14 / 3))
    assert r2_score(y, y).tolist() == [1.0]


def test_labels_without_variance_have_an_r2_of_0() -> None:
    constant = np.full((7, 2), 0.1, np.float32)
    assert r2_score(constant, constant + 1).tolist() == [0.0, 0.0]
    assert r2_by_variance(constant, constant + 1) == 0.0
    mixed = np.stack([np.ones(6), np.arange(6.0)], axis=1)
    assert r2_by_variance(mixed, mixed + 0.5) == pytest.approx(1 - 6 * 0.25 / 17.5)
    half = np.stack([constant[:, 0], np.arange(7)], axis=1)
    assert r2_score(half, half).tolist() == [0.0, 1.0]


VALUES = st.floats(-100, 100).map(lambda v: round(v, 2))


@settings(deadline=None)
@given(
    arrays.arrays(float, (9, 3), elements=VALUES),
    arrays.arrays(float, (9, 3), elements=VALUES),
)
def test_r2_score_is_that_of_scikit_learn(y: Array, p: Array) -> None:
    learn = pytest.importorskip("sklearn.metrics")
    y[0] += 1000.0  # so that each column has a variance

    def expected(way: str) -> Any:
        return learn.r2_score(y, p, multioutput=way)

    np.testing.assert_allclose(r2_score(y, p), expected("raw_values"), atol=1e-9)
    weighted = pytest.approx(expected("variance_weighted"), abs=1e-9)
    assert r2_by_variance(y, p) == weighted


def test_adjusted_r2() -> None:
    assert adjusted(0.5, 11, 4) == 1 - 0.5 * 10 / 6
    assert adjusted(0.5, 5, 4) == adjusted(0.5, 3, 4) == 0.5
