"""What is learnt from data, block by block, is what NumPy says of the whole."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from templates.runtime.expand_codes import expand_codes
from templates.runtime.fill_mean import fill_mean
from templates.runtime.fill_value import fill_value
from templates.runtime.input_error import InputError
from templates.runtime.low_and_range import low_and_range
from templates.runtime.mapped_rows import MappedRows
from templates.runtime.mean_and_deviation import mean_and_deviation
from templates.runtime.most_frequent import most_frequent

Array = np.ndarray[Any, Any]


def same(x: Any) -> Array:
    return np.asarray(x)


def with_gaps(elements: st.SearchStrategy[float]) -> st.SearchStrategy[Array]:
    """Arrays in which NaN stands for what is missing, but never for a whole feature."""
    shapes = arrays.array_shapes(min_dims=2, max_dims=3, max_side=6)
    full = arrays.arrays(np.float64, shapes, elements=elements)
    return full.map(_keep_first_row) | full


def _keep_first_row(x: Array) -> Array:
    gaps = np.random.default_rng(0).random(x.shape) < 0.3
    gaps[0] = False
    return np.where(gaps, np.nan, x)


FLOATS = st.floats(-1e6, 1e6).map(lambda v: round(v, 3))


@given(with_gaps(FLOATS))
def test_mean_and_deviation(x: Array) -> None:
    mean, deviation = mean_and_deviation(x, same)
    expected = np.nanstd(x, axis=0)
    assert np.allclose(mean, np.nanmean(x, axis=0))
    constant = np.nanmax(x, axis=0) == np.nanmin(x, axis=0)
    assert np.allclose(deviation, np.where(constant, 1, expected), atol=1e-9)


@given(with_gaps(FLOATS))
def test_low_and_range(x: Array) -> None:
    low, width = low_and_range(x, same)
    expected = np.nanmax(x, axis=0) - np.nanmin(x, axis=0)
    assert np.array_equal(low, np.nanmin(x, axis=0))
    assert np.array_equal(width, np.where(expected == 0, 1, expected))


@given(with_gaps(FLOATS))
def test_fills(x: Array) -> None:
    assert np.allclose(fill_mean(x, same), np.nanmean(x, axis=0))
    assert np.allclose(fill_value(x, same, np.median), np.nanmedian(x, axis=0))
    often = fill_value(x, same, most_frequent)
    counts = (x == often).sum(axis=0)
    for row in x:
        assert (counts >= (x == row).sum(axis=0)).all()


def test_many_blocks_and_the_transforms_so_far() -> None:
    x = np.random.default_rng(0).integers(0, 256, (10_001, 3)).astype(np.uint8)

    def scaled(rows: Any) -> Array:
        return np.multiply(rows, 0.5, dtype=np.float32)

    mean, deviation = mean_and_deviation(x, scaled)
    assert mean.dtype == deviation.dtype == np.float32
    assert np.allclose(mean, (x / 2).mean(axis=0))
    assert np.allclose(deviation, (x / 2).std(axis=0))
    assert np.allclose(fill_mean(x, scaled), (x / 2).mean(axis=0))
    assert np.array_equal(fill_value(x, scaled, np.median), np.median(x / 2, axis=0))
    assert np.array_equal(low_and_range(x, scaled)[1], np.ptp(x / 2, axis=0))


def test_constants_are_found_in_spite_of_rounding() -> None:
    for value in (0.1, 1e9 + 0.1, -3e-12, 0.0):
        for dtype in (np.float32, np.float64):
            x = np.full((10_000, 1), value, dtype)
            assert mean_and_deviation(x, same)[1] == 1


@pytest.mark.parametrize("learn", [fill_mean, lambda *a: fill_value(*a, np.median)])
def test_nothing_to_fill_with(learn: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError, match="no value for feature"):
            learn(np.array([[1, np.nan], [2, np.nan]]), same)


def test_expand_codes() -> None:
    x = np.array([[0, 5, 2], [1, 6, 0]])
    got = expand_codes(x, np.array([2, 0, 3]))
    assert got.tolist() == [[1, 0, 5, 0, 0, 1], [0, 1, 6, 1, 0, 0]]


def test_mapped_rows() -> None:
    x = np.arange(10) * 10
    rows = MappedRows(x, np.array([3, 1, 2]))[1:]
    assert len(rows) == 2
    assert np.asarray(rows).tolist() == [10, 20]
    assert np.asarray(rows[np.array([1])]).tolist() == [20]
    assert np.multiply(rows, 0.5, dtype=np.float32).tolist() == [5, 10]
