"""The error function beside that of the C library, which Python has for one number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from templates.runtime.erf import erf

TYPES = (np.float32, np.float64)
GRID = np.concatenate([np.linspace(-7.0, 7.0, 70_001), np.logspace(-30, 1, 20_001)])


def units_off(x: np.ndarray) -> np.ndarray:
    """How many units in the last place of x's type each erf(x) is off."""
    expected = np.array([math.erf(number) for number in x.tolist()])
    return np.abs(erf(x) - expected) / np.spacing(np.abs(expected).astype(x.dtype))


@pytest.mark.parametrize("dtype", TYPES)
def test_it_is_right_to_the_last_places(dtype: type) -> None:
    off = units_off(GRID.astype(dtype)[GRID != 0])
    assert off.max() <= 6
    assert off.mean() < 0.5


@pytest.mark.parametrize("dtype", TYPES)
def test_type_and_shape_stay(dtype: type) -> None:
    x = np.linspace(-2.0, 2.0, 24, dtype=dtype).reshape(2, 3, 4)
    before = x.copy()
    y = erf(x)
    assert y.dtype == dtype
    assert y.shape == x.shape
    assert np.array_equal(x, before)
    assert np.array_equal(erf(x[:, ::2].T), y[:, ::2].T)


@pytest.mark.parametrize("dtype", TYPES)
def test_special_numbers(dtype: type) -> None:
    largest, smallest = np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal
    x = np.array([np.inf, largest, 7.0, 0.0, smallest, np.nan], dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        y, mirrored = erf(x), erf(-x)
    assert y.tolist()[:5] == [1.0, 1.0, 1.0, 0.0, smallest]
    assert np.isnan(y[5])
    assert np.array_equal(mirrored, -y, equal_nan=True)
    assert np.signbit(mirrored[3])
    assert not np.signbit(y[3])


@pytest.mark.parametrize("dtype", TYPES)
def test_it_is_odd_and_no_more_than_one(dtype: type) -> None:
    x = GRID.astype(dtype)
    assert np.array_equal(erf(-x), -erf(x))
    assert np.abs(erf(x)).max() == 1.0
