"""Splits: every sample in one part, as many in each as Keras would take."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.runtime.input_error import InputError
from templates.runtime.split_off import split_off
from templates.runtime.stratified_order import stratified_order

SIZES = st.one_of(st.just(0), st.floats(0.01, 0.9), st.integers(1, 50))


@given(st.integers(1, 100), SIZES, SIZES)
def test_split_off(count: int, validation: float, test: float) -> None:
    rows = np.arange(count)
    parts = {"train": (rows, -rows)}
    try:
        split_off(parts, validation=validation, test=test)
    except InputError as fault:
        assert f"{count} samples" in str(fault)
        return
    taken = [parts[p][0] for p in ("train", "validation", "test") if p in parts]
    assert np.concatenate(taken).tolist() == rows.tolist()
    for part, size in {"validation": validation, "test": test}.items():
        if 0 < size < 1:
            assert len(parts[part][0]) == count - math.floor(count * (1 - size))
        elif size:
            assert len(parts[part][0]) == size
    assert all(np.array_equal(x, -y) and len(x) for x, y in parts.values())


def test_nothing_is_split_off_a_part_that_is_there() -> None:
    parts = {"train": (np.arange(5),), "test": (np.arange(2),)}
    split_off(parts, test=0.5, validation=1)
    assert {part: len(x) for part, (x,) in parts.items()} == {
        "train": 4,
        "test": 2,
        "validation": 1,
    }


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 5))
def test_stratified_order(labels: list[int], seed: int) -> None:
    y = np.array(labels)
    order = stratified_order(y, seed)
    assert sorted(order.tolist()) == list(range(len(y)))
    assert np.array_equal(order, stratified_order(y, seed))
    for cut in range(len(y) + 1):
        for label, count in zip(*np.unique(y, return_counts=True), strict=True):
            share = (y[order][:cut] == label).sum()
            assert abs(share - count * cut / len(y)) < 2.5


@pytest.mark.parametrize(
    "y",
    [
        np.eye(3)[np.arange(30) % 3],
        np.array([["a"], ["b"], ["b"]] * 10, dtype=object),
        (np.arange(30) % 3).reshape(30, 1),
    ],
)
def test_labels_of_any_kind_are_stratified(y: np.ndarray) -> None:  # type: ignore[type-arg]
    tail = y[stratified_order(y, 0)][-9:]
    assert np.array_equal(np.sort(tail, axis=0)[::3], np.sort(y, axis=0)[::10])
