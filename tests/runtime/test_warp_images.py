"""Images that move: by whole pixels, and to places between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from templates.runtime.shift_images import shift_images
from templates.runtime.warp_images import warp_images

Array = np.ndarray[Any, Any]

SHAPES = [(5, 7), (7, 5, 3), (1, 4), (4, 1, 1), (1, 1)]


def images(shape: tuple[int, ...], n: int = 6, dtype: type = np.float32) -> Array:
    return np.random.default_rng(0).random((n, *shape)).astype(dtype)


def moved(x: Array, shift: Array) -> Array:
    """Pixel by pixel."""
    found = np.empty_like(x)
    _, h, w = x.shape[:3]
    for n, (down, right) in enumerate(shift):
        for i in range(h):
            for j in range(w):
                row, column = (
                    min(max(i - down, 0), h - 1),
                    min(max(j - right, 0), w - 1),
                )
                found[n, i, j] = x[n, row, column]
    return found


@pytest.mark.parametrize("move", [shift_images, lambda x, s: warp_images(x, shift=s)])
@pytest.mark.parametrize("shape", SHAPES)
def test_shifts_are_exact(move, shape: tuple[int, ...]) -> None:
    """Whichever function moves them, and by however much."""
    x = images(shape)
    shift = np.array([[0, 0], [1, 0], [0, -1], [-2, 3], [9, 9], [-9, 2]])
    expected = moved(x, shift)
    assert move(x, shift) is None
    np.testing.assert_array_equal(x, expected)


def test_no_shift_at_all() -> None:
    x = images((5, 7, 3))
    shift_images(x, np.zeros((6, 2), int))
    np.testing.assert_array_equal(x, images((5, 7, 3)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_without_arguments_nothing_changes(shape: tuple[int, ...], dtype: type) -> None:
    x = images(shape, dtype=dtype)
    warp_images(x)
    assert x.dtype == dtype
    np.testing.assert_array_equal(x, images(shape, dtype=dtype))


@pytest.mark.parametrize("shape", [(6, 6), (7, 7), (6, 6, 3)])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_right_angles(shape: tuple[int, ...], turns: int) -> None:
    x = images(shape)
    warp_images(x, angle=90.0 * turns)
    expected = np.rot90(images(shape), turns, axes=(1, 2))
    np.testing.assert_allclose(x, expected, atol=1e-5)


def test_every_image_has_its_own_arguments() -> None:
    x, angle = images((6, 6)), np.array([0.0, 90, 180, 270, 0, 0])
    shift = np.array([[0, 0]] * 4 + [[2, 0], [0, -1]])
    warp_images(x, angle=angle, shift=shift)
    turned = [np.rot90(image, i) for i, image in enumerate(images((6, 6))[:4])]
    np.testing.assert_allclose(x[:4], turned, atol=1e-5)
    np.testing.assert_array_equal(x[4:], moved(images((6, 6)), shift)[4:])


def test_many_images_go_block_by_block() -> None:
    """Each as it would alone."""
    x, rng = images((100, 100), n=9), np.random.default_rng(1)
    angle, size = rng.uniform(-30, 30, 9), rng.uniform(0.5, 2, 9)
    shift = rng.uniform(-5, 5, (9, 2))
    warp_images(x, angle, size, shift)
    for n, image in enumerate(images((100, 100), n=9)):
        alone = image[None].copy()
        warp_images(alone, angle[n : n + 1], size[n : n + 1], shift[n : n + 1])
        np.testing.assert_array_equal(alone[0], x[n])


def test_between_pixels() -> None:
    x = np.array([[[0.0, 4.0], [8.0, 0.0]]])
    warp_images(x, shift=np.array([[0.0, 0.25]]))
    np.testing.assert_allclose(x, [[[0, 3], [8, 2]]])
    x = np.array([[[0.0, 4.0], [8.0, 0.0]]])
    warp_images(x, shift=np.array([[-0.5, 0.0]]))
    np.testing.assert_allclose(x, [[[4, 2], [8, 0]]])
    x = np.array([[[0.0, 4.0], [8.0, 0.0]]])
    warp_images(x, shift=np.array([[0.5, 0.5]]))
    np.testing.assert_allclose(x, [[[0, 2], [4, 3]]])


def test_the_size() -> None:
    """A slope becomes flatter in a larger image, around its centre."""
    slope = np.broadcast_to(np.arange(9.0), (2, 9, 9))
    for axes in ((0, 1, 2), (0, 2, 1)):
        x = slope.transpose(axes).copy()
        warp_images(x, size=np.array([2.0, 0.5]))
        expected = [np.arange(9) / 2 + 2, np.clip(np.arange(9) * 2.0 - 4, 0, 8)]
        for found, row in zip(x.transpose(axes), expected, strict=True):
            np.testing.assert_allclose(found, np.broadcast_to(row, (9, 9)))


def test_resized_and_turned_before_moved() -> None:
    x = images((9, 9), n=1, dtype=np.float64)
    steps = x.copy()
    warp_images(x, np.array([90.0]), np.array([1.0]), np.array([[2.0, -1.0]]))
    warp_images(steps, angle=np.array([90.0]))
    warp_images(steps, shift=np.array([[2.0, -1.0]]))
    np.testing.assert_allclose(x, steps, atol=1e-12)


def test_a_small_turn_goes_to_the_left() -> None:
    """Against the clock, as rows are counted downwards: what is right comes up."""
    x = np.zeros((1, 21, 21))
    x[0, 10, 18] = 1.0
    warp_images(x, angle=np.array([20.0]))
    rows, columns = np.indices((21, 21))
    row, column = (float((x[0] * at).sum() / x.sum()) for at in (rows, columns))
    assert row == pytest.approx(10 - 8 * np.sin(np.deg2rad(20)), abs=0.1)
    assert column == pytest.approx(10 + 8 * np.cos(np.deg2rad(20)), abs=0.1)


def test_values_stay_within_their_range() -> None:
    x, rng = images((12, 9, 3), n=50), np.random.default_rng(2)
    low, high = x.min(axis=(1, 2)), x.max(axis=(1, 2))
    warp_images(
        x,
        rng.uniform(-180, 180, 50),
        rng.uniform(0.3, 3, 50),
        rng.uniform(-20, 20, (50, 2)),
    )
    assert np.all(x >= low[:, None, None] - 1e-6)
    assert np.all(x <= high[:, None, None] + 1e-6)
