"""Poolings beside plain loops over windows, and what their arrays hold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from nnspec.table.pooling import window_sizes
from nnspec.table.windows import pads
from tests.scripts import Array
from tests.windows import KINDS, Alone, alone, grid, samples


def by_windows(layer: Alone, x: Array, g: Array) -> tuple[Array, Array]:
    """Each window by itself: its largest cell, the first of them; or its mean."""
    use = layer.script.model.network.calls[-1].use
    rank = len(layer.shape) - 1
    size, strides = window_sizes(use.arguments, rank)
    padding = use.arguments["padding"]
    before = [
        pads(n, k, s, padding=padding)[0]
        for n, k, s in zip(layer.shape, size, strides, strict=False)
    ]
    y, dx = np.zeros(g.shape), np.zeros(x.shape)
    for place in product(*map(range, g.shape)):
        sample, *window, channel = place
        starts = [i * s - b for i, s, b in zip(window, strides, before, strict=True)]
        cells = [
            (sample, *cell, channel)
            for cell in product(
                *(range(i, i + k) for i, k in zip(starts, size, strict=True))
            )
            if all(0 <= i < n for i, n in zip(cell, layer.shape, strict=False))
        ]
        if use.entry.name.startswith("max"):
            largest = max(cells, key=lambda cell: x[cell])  # the first of several
            y[place] = x[largest]
            dx[largest] += g[place]
            continue
        y[place] = sum(x[cell] for cell in cells) / len(cells)
        for cell in cells:
            dx[cell] += g[place] / len(cells)
    return y, dx


@pytest.mark.share(5)
@pytest.mark.parametrize(("kind", "rank", "padding"), KINDS)
def test_windows_one_by_one(kind: str, rank: int, padding: str) -> None:
    for layer in grid(kind, rank, padding)[::3]:
        x = samples(layer.shape)
        y, g, dx = layer.run(x)
        expected, by_x = by_windows(layer, x, g)
        np.testing.assert_allclose(y, expected, atol=1e-14, err_msg=layer.layer)
        np.testing.assert_allclose(dx, by_x, atol=1e-14, err_msg=layer.layer)


def test_of_a_constant_patch_the_first_cell_has_the_derivative() -> None:
    x = np.full((1, 4, 4, 1), -2.0)
    y, g, dx = alone("max_pooling2d(2)", (4, 4, 1)).run(x)
    assert (y == -2).all()
    np.testing.assert_allclose(dx[:, ::2, ::2], g)
    assert np.count_nonzero(dx) == 4


def test_of_two_that_are_as_large_the_one_above_comes_first() -> None:
    x = np.array([[[0.0], [5.0]], [[5.0], [0.0]]])[None]
    _, g, dx = alone("max_pooling2d(2)", (2, 2, 1)).run(x)
    np.testing.assert_allclose(dx[0, 0, 1, 0], g[0, 0, 0, 0])
    assert np.count_nonzero(dx) == 1


def test_all_that_are_the_largest_of_a_channel_share_its_derivative() -> None:
    x = np.zeros((2, 3, 2, 1))
    x[0, 1:, 1] = 4.0
    for layer in ("global_max_pooling2d", "global_max_pooling2d(true)"):
        y, g, dx = alone(layer, (3, 2, 1)).run(x)
        assert y.ravel().tolist() == [4.0, 0.0]
        g = g.ravel()
        np.testing.assert_allclose(dx[0, 1:, 1, 0], g[0] / 2)
        assert np.count_nonzero(dx[0]) == 2
        np.testing.assert_allclose(dx[1], g[1] / 6)


def test_windows_of_a_given_number_differ_by_a_cell() -> None:
    x = np.arange(7.0).reshape(1, 7, 1)
    y, g, dx = alone("adaptive_average_pooling1d(3)", (7, 1)).run(x)
    np.testing.assert_allclose(y.ravel(), [1.0, 3.0, 5.0])  # 0 to 2, 2 to 4, 4 to 6
    g = g.ravel() / 3
    expected = [g[0], g[0], g[0] + g[1], g[1], g[1] + g[2], g[2], g[2]]
    np.testing.assert_allclose(dx.ravel(), expected)


def test_an_activation_leaves_what_a_maximum_is_compared_with() -> None:
    x = samples((4, 4, 2))
    y, g, dx = alone("max_pooling2d(2)\n  sigmoid", (4, 4, 2)).run(x)
    largest, _, plain = alone("max_pooling2d(2)", (4, 4, 2)).run(x, g * y * (1 - y))
    np.testing.assert_allclose(y, 1 / (1 + np.exp(-largest)))
    np.testing.assert_allclose(dx, plain)


def test_zeros_around_stay_zeros() -> None:
    """Whatever an activation makes of them, for one batch after the other."""
    layer = alone("zero_padding2d\n  sigmoid", (2, 2, 1))
    x = samples((2, 2, 1))
    expected = np.full((4, 4, 4, 1), 0.5)
    expected[:, 1:-1, 1:-1] = 1 / (1 + np.exp(-x))
    np.testing.assert_allclose(layer.run(x)[0], expected, rtol=1e-14)


def test_cells_of_no_window_have_no_derivative() -> None:
    for kind in ("max", "average"):
        x = samples((5, 6, 1))
        _, _, dx = alone(f"{kind}_pooling2d(2, 4)", (5, 6, 1)).run(x)
        assert not dx[:, 2:].any()
        assert not dx[:, :, 2:4].any()


@pytest.mark.parametrize(
    ("layer", "forward", "back"),
    [
        ("max_pooling2d(2)", 8 * 3, 8 * 4 * 2),
        ("average_pooling2d((1, 4))", 8 * 4, 8 * 5),
        ("global_max_pooling2d", 2 * 15, 2 * 16 * 3),
        ("global_average_pooling2d", 2 * 16, 2),
        ("adaptive_max_pooling2d((3, 2))", 2 * 6 * 4 - 12, 2 * 2 * 6 * 4),
        ("adaptive_average_pooling2d(4)", 2 * 16, 2 * 16 * 2),
        ("zero_padding2d", 0, 0),
        ("upsampling2d(3)", 0, 2 * 16 * 9),
        ("upsampling2d((2, 3), bilinear)", 2 * (8 * 16 + 96 * 4) * 2, None),
    ],
)
def test_operations_are_counted(layer: str, forward: int, back: int | None) -> None:
    found = alone(layer, (4, 4, 2)).script.model.network.calls[-1]
    assert found.flops == forward
    shapes = found.input_shape, found.output_shape
    counted = found.use.entry.count_derivative(*shapes, found.use.arguments)
    assert counted == (0, forward if back is None else back)
