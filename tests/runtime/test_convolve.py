"""Convolutions beside sums written out, and derivatives as the adjoints that they are.

Each form of a convolution is linear in x and in the kernel: a derivative is right if
<dy, general_convolve(x)> equals <dx, x>, for all x and dy.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from templates.runtime.convolve import convolve
from templates.runtime.convolve_input import convolve_input
from templates.runtime.convolve_kernel import convolve_kernel
from templates.runtime.depthwise import depthwise
from templates.runtime.depthwise_input import depthwise_input
from templates.runtime.depthwise_kernel import depthwise_kernel
from templates.runtime.flipped import flipped
from templates.runtime.flipped_groups import flipped_groups
from templates.runtime.framed import framed
from templates.runtime.general_convolve import general_convolve
from templates.runtime.general_convolve_kernel import general_convolve_kernel
from templates.runtime.sum_sites import sum_sites
from templates.runtime.taps import taps
from templates.runtime.unfolded import unfolded
from templates.runtime.windows import windows

Array = np.ndarray[Any, Any]
close = np.testing.assert_allclose

GRID = [
    {"strides": s, "dilation": d, "pads": p, "groups": g, "at_once": n}
    for (s, d), p, g, n in product(
        (((1, 1), (1, 1)), ((2, 1), (1, 1)), ((3, 2), (1, 1)), ((1, 1), (2, 1))),
        (((0, 0), (0, 0)), ((1, 2), (0, 1))),
        (1, 2),
        (2, 8),
    )
]


def sites(size: tuple[int, int], kernel: tuple[int, int], o: Any) -> tuple[int, int]:
    down, across = (
        (n + sum(p) - (k - 1) * d - 1) // s + 1
        for n, k, s, d, p in zip(
            size, kernel, o["strides"], o["dilation"], o["pads"], strict=True
        )
    )
    return down, across


def arrays(o: Any, c: int = 4, filters: int = 6) -> tuple[Array, Array, Array]:
    """Images, a kernel and something like the output."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 7, 6, c))
    kernel = rng.normal(size=(3, 2, c // o["groups"], filters))
    return x, kernel, rng.normal(size=(5, *sites((7, 6), (3, 2), o), filters))


def written_out(x: Array, kernel: Array, out: Array, o: Any) -> Array:
    """The sums, one number after the other."""
    (sh, sw), (dh, dw), groups = o["strides"], o["dilation"], o["groups"]
    x = np.pad(x, ((0, 0), *o["pads"], (0, 0)))
    c, each = kernel.shape[2], kernel.shape[3] // groups
    found = np.zeros_like(out)
    for b, i, j, f in np.ndindex(*out.shape):
        for u, v, k in np.ndindex(*kernel.shape[:3]):
            value = x[b, i * sh + u * dh, j * sw + v * dw, f // each * c + k]
            found[b, i, j, f] += value * kernel[u, v, k, f]
    return found


@pytest.mark.parametrize("o", GRID, ids=str)
def test_the_windows_times_the_kernel(o: Any) -> None:
    x, kernel, out = arrays(o)
    expected = written_out(x, kernel, out, o)
    general_convolve(x, kernel, out, **o)
    close(out, expected, atol=1e-12)


SIDE_BY_SIDE = {"strides": (1, 1), "dilation": (1, 1), "groups": 1}
PLAIN = [o for o in GRID if o | SIDE_BY_SIDE == o]


@pytest.mark.parametrize("c", [1, 2, 4])  # few channels are copied cell by cell
@pytest.mark.parametrize("o", PLAIN, ids=str)
def test_a_plain_convolution_is_one_of_the_general_kind(o: Any, c: int) -> None:
    x, kernel, dy = arrays(o, c)
    padded, n = np.pad(x, ((0, 0), *o["pads"], (0, 0))), o["at_once"]
    y, expected = np.empty_like(dy), np.empty_like(dy)
    convolve(padded, kernel, y, n)
    general_convolve(x, kernel, expected, **o)
    np.testing.assert_array_equal(y, expected)
    dk, expected = np.empty_like(kernel), np.empty_like(kernel)
    convolve_kernel(padded, dy, dk, n)
    general_convolve_kernel(x, dy, expected, **o)
    np.testing.assert_array_equal(dk, expected)
    np.testing.assert_array_equal(flipped(kernel), flipped_groups(kernel, 1))


@pytest.mark.parametrize("c", [1, 3])
def test_the_windows_are_rows(c: int) -> None:
    x = np.arange(24.0 * c).reshape(2, 3, 4, c)
    found = windows(x, 2, 3)
    assert found.shape == (2 * 2 * 2, 2 * 3 * c)
    np.testing.assert_array_equal(found[0], x[0, :2, :3].ravel())
    np.testing.assert_array_equal(found[-1], x[1, 1:, 1:].ravel())


@pytest.mark.parametrize("c", [4, 16])  # few channels are unfolded otherwise
@pytest.mark.parametrize("o", GRID, ids=str)
def test_the_derivatives_are_adjoint(o: Any, c: int) -> None:
    x, kernel, dy = arrays(o, c)
    y, dx, dk = np.empty_like(dy), np.empty_like(x), np.empty_like(kernel)
    general_convolve(x, kernel, y, **o)
    convolve_input(dy, kernel, dx, **o)
    general_convolve_kernel(x, dy, dk, **o)
    close(np.vdot(dx, x), np.vdot(dy, y), rtol=1e-10)
    close(np.vdot(dk, kernel), np.vdot(dy, y), rtol=1e-10)
    for place in (0, 0, 0, 0), (4, 6, 5, c - 1), (2, 3, 3, 1):
        x[...] = 0.0
        x[place] = 1.0
        general_convolve(x, kernel, y, **o)
        close(dx[place], np.vdot(dy, y), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("groups", [1, 2])
def test_the_flipped_kernel_leads_back(groups: int) -> None:
    o = {"strides": (1, 1), "dilation": (1, 2), "pads": ((1, 0), (2, 1))}
    x, kernel, dy = arrays({**o, "groups": groups})
    dx, expected = np.empty_like(x), np.empty_like(x)
    convolve_input(dy, kernel, expected, **o, groups=groups)
    back = ((2 - 1, 2 - 0), (2 - 2, 2 - 1))
    general_convolve(
        dy,
        flipped_groups(kernel, groups),
        dx,
        pads=back,
        dilation=(1, 2),
        groups=groups,
    )
    close(dx, expected, atol=1e-12)


@pytest.mark.parametrize("m", [1, 3])
@pytest.mark.parametrize("o", [o for o in GRID if o["groups"] == 1], ids=str)
def test_depthwise(o: Any, m: int) -> None:
    """It is a convolution with as many groups as channels."""
    given = {k: v for k, v in o.items() if k != "groups"}
    x, _, dy = arrays(o, filters=4 * m)
    kernel = np.random.default_rng(1).normal(size=(3, 2, 4, m))
    grouped = kernel.reshape(3, 2, 1, 4 * m)
    y, expected = np.empty_like(dy), np.empty_like(dy)
    depthwise(x, kernel, y, **given)
    general_convolve(x, grouped, expected, **(o | {"groups": 4}))
    close(y, expected, atol=1e-12)
    dx, expected = np.empty_like(x), np.empty_like(x)
    depthwise_input(dy, kernel, dx, **given)
    convolve_input(dy, grouped, expected, **(o | {"groups": 4}))
    close(dx, expected, atol=1e-12)
    dk, expected = np.empty_like(kernel), np.empty_like(grouped)
    depthwise_kernel(x, dy, dk, **given)
    general_convolve_kernel(x, dy, expected, **(o | {"groups": 4}))
    close(dk.reshape(expected.shape), expected, atol=1e-11)


def test_a_transpose_that_leaves_cells_untouched() -> None:
    """Its output may end after its last window: nothing is added there."""
    x, kernel, out = (
        np.ones((1, 2, 2, 1)),
        np.ones((1, 1, 1, 1)),
        np.empty((1, 4, 5, 1)),
    )
    convolve_input(x, kernel, out, strides=(2, 2))
    expected = np.zeros((4, 5))
    expected[:3:2, :3:2] = 1.0
    close(out[0, ..., 0], expected)


@pytest.mark.parametrize("shape", [(3, 5, 2), (3, 4, 5, 6), (1, 1, 1, 1)])
def test_sums_over_all_sites(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    out = np.empty(shape[-1])
    sum_sites(x, out)
    close(out, x.sum(axis=tuple(range(len(shape) - 1))), atol=1e-12)


def test_integers_become_what_the_kernel_is() -> None:
    x = np.arange(36, dtype=np.uint8).reshape(1, 6, 6, 1) * 7
    kernel, out = np.full((3, 3, 1, 2), 0.5, "f4"), np.empty((1, 4, 4, 2), "f4")
    general_convolve(x, kernel, out)
    close(out[0, 0, 0], x[0, :3, :3].astype(float).sum() / 2)


def test_frames_hold_zeros_around_every_image() -> None:
    x = np.arange(1.0, 31.0).reshape(5, 2, 3, 1)
    for rows, images in framed(x, ((1, 0), (2, 1)), 2, np.float64):
        expected = np.pad(x[rows], ((0, 0), (1, 0), (2, 1), (0, 0)))
        np.testing.assert_array_equal(images, expected)


def test_windows_come_row_by_row() -> None:
    x = np.arange(12.0).reshape(1, 3, 4, 1)
    options = ((1, 1), (1, 1), ((0, 0), (0, 0)), 1, 8, np.float64)
    ((_, found),) = unfolded(x, (2, 2), (2, 3), *options)
    np.testing.assert_array_equal(found[0, 0], [0, 1, 4, 5])
    np.testing.assert_array_equal(found[0, -1], [6, 7, 10, 11])
    places = [place for place, _ in taps(x, (2, 2), (2, 3), (1, 1), (1, 1))]
    assert places == [(0, 0), (0, 1), (1, 0), (1, 1)]
