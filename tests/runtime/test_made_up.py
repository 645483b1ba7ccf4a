"""The sources that make up their data."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from templates.runtime.blobs import blobs
from templates.runtime.circles import circles
from templates.runtime.linear import linear
from templates.runtime.moons import moons
from templates.runtime.sine import sine
from templates.runtime.spirals import spirals
from templates.runtime.xor import xor

CLASSES = [(spirals, 3), (blobs, 3), (moons, None), (circles, None), (xor, None)]
Make = Callable[..., tuple[np.ndarray, np.ndarray]]


@pytest.mark.parametrize(("make", "classes"), CLASSES)
def test_classes(make: Make, classes: int | None) -> None:
    options: dict[str, Any] = {"classes": classes} if classes else {}
    x, y = make(samples=100, noise=0.1, seed=1, **options)
    assert x.shape == (100, 2)
    assert x.dtype == np.float64
    assert y.dtype == np.intp
    counts = np.bincount(y)
    assert len(counts) == (classes or 2)
    assert np.ptp(counts) <= 1
    assert len(np.unique(y[:20])) == len(counts)  # shuffled
    same, other = (make(samples=100, noise=0.1, seed=s, **options)[0] for s in (1, 2))
    np.testing.assert_array_equal(x, same)
    assert not np.array_equal(x, other)


def test_one_sample() -> None:
    for make, classes in CLASSES:
        options: dict[str, Any] = {"classes": classes} if classes else {}
        x, y = make(samples=1, noise=0.0, seed=0, **options)  # type: ignore[operator]
        assert x.shape == (1, 2)
        assert y.tolist() == [0]


def test_spirals_are_in_the_unit_square() -> None:
    x, _ = spirals(samples=1000, classes=5, noise=3.0, seed=0)
    assert x.min() >= 0
    assert x.max() <= 1


def test_moons_and_circles_without_noise() -> None:
    x, y = moons(samples=100, noise=0.0, seed=0)
    centre = np.where(y[:, np.newaxis] == 0, [0.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(np.hypot(*(x - centre).T), 1)
    assert (x[y == 0, 1] >= 0).all()
    assert (x[y == 1, 1] <= 0.5).all()
    x, y = circles(samples=100, noise=0.0, seed=0)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 0, 1, 0.5))


def test_blobs_spread() -> None:
    x, y = blobs(samples=3000, classes=3, noise=0.2, seed=0)
    for blob in range(3):
        angle = 2 * np.pi * blob / 3
        centre = x[y == blob].mean(axis=0)
        np.testing.assert_allclose(centre, [np.cos(angle), np.sin(angle)], atol=0.03)
        np.testing.assert_allclose(x[y == blob].std(axis=0), 0.2, rtol=0.1)


def test_xor_corners() -> None:
    x, y = xor(samples=4, noise=0.0, seed=3)
    rows = sorted((a, b, label) for (a, b), label in zip(x.tolist(), y, strict=True))
    assert rows == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def test_values() -> None:
    x, y = sine(samples=500, noise=0.0, seed=0)
    assert x.shape == y.shape == (500, 1)
    assert np.abs(x).max() <= np.pi
    np.testing.assert_allclose(y, np.sin(x))
    x, y = linear(samples=500, noise=0.0, seed=0)
    assert x.shape == y.shape == (500, 1)
    np.testing.assert_allclose(y, 2 * x + 1)
    for make in (sine, linear):
        noisy = make(samples=5000, noise=0.5, seed=0)[1]
        clean = make(samples=5000, noise=0.0, seed=0)[1]
        assert abs((noisy - clean).std() - 0.5) < 0.05
