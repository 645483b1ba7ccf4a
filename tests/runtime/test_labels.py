"""Labels that losses take, as they come from files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from templates.runtime.balanced_weights import balanced_weights
from templates.runtime.indices_or_ignored import indices_or_ignored
from templates.runtime.input_error import InputError
from templates.runtime.target_signs import target_signs

Array = np.ndarray[Any, Any]
same = np.testing.assert_array_equal


def where(row: int) -> str:
    return f"row {row}"


# -- Signs -----------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [[-1, 1, 1], [0, 1, 0], [1, 1, 1], [0, 0, 0]])
def test_signs_take_the_shape_of_the_outputs(labels: list[int]) -> None:
    same(target_signs(np.array(labels), 3, (1,), where), np.array(labels)[:, None])


@pytest.mark.parametrize(
    ("labels", "row", "label"),
    [([0, 1, 2], 2, "2"), ([0, 0.5, 1], 1, "0.5"), ([0, -1, 1], 0, "0"),
     ([1, 1, -2], 2, "-2")],
)  # fmt: skip
def test_other_labels_are_no_signs(labels: list[float], row: int, label: str) -> None:
    with pytest.raises(
        InputError, match=rf"^row {row}: the label {label}.* is neither .* 1"
    ):
        target_signs(np.array(labels), 3, (1,), where)


# -- Labels that do not count ----------------------------------------------------------


@pytest.mark.parametrize("ignored", [-1, 1, 255])
def test_ignored_labels_stay(ignored: int) -> None:
    y = np.array([[0.0], [2.0], [ignored]])
    found = indices_or_ignored(y, 3, (3,), where, ignored)
    same(found, [0, 2, ignored])
    assert found.dtype == np.intp


def test_one_of_them_for_each_step() -> None:
    y = np.array([[0, -1], [2, 1]], np.int8)
    same(indices_or_ignored(y, 2, (2, 3), where, -1), y)


@pytest.mark.parametrize("labels", [[0, -1, 3], [0, -1, -2], [0, -1, np.nan]])
def test_what_is_neither_is_told(labels: list[float]) -> None:
    with pytest.raises(
        InputError, match=r"^row 2: the label .* is no class from 0 to 2"
    ):
        indices_or_ignored(np.array(labels), 3, (3,), where, -1)


def test_texts_are_no_classes() -> None:
    with pytest.raises(InputError, match=r"^row 0: labels <U1"):
        indices_or_ignored(np.array(["a", "b"]), 2, (3,), where, -1)


# -- Weights of classes ----------------------------------------------------------------


def test_balanced_classes_count_alike() -> None:
    labels = np.array([0, 0, 0, 1, 2, 2])
    weights = balanced_weights(labels, 3)
    np.testing.assert_allclose(weights, [6 / 9, 6 / 3, 6 / 6])
    shares = [weights[labels][labels == c].sum() for c in range(3)]
    np.testing.assert_allclose(shares, [2, 2, 2])


def test_a_class_without_samples_is_not_counted() -> None:
    weights = balanced_weights(np.array([[0, 3], [3, 3]]), 5)
    assert np.isfinite(weights).all()
    np.testing.assert_allclose(weights[[0, 3]], [2, 2 / 3])
