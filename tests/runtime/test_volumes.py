"""Convolutions of volumes beside sums written out; the adjoints of these."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from templates.runtime.volume_convolve import volume_convolve
from templates.runtime.volume_convolve_input import volume_convolve_input
from templates.runtime.volume_convolve_kernel import volume_convolve_kernel

Array = np.ndarray[Any, Any]
close = np.testing.assert_allclose
SIZE, KERNEL = (5, 4, 3), (3, 2, 2)

GRID = [
    {"strides": s, "dilation": d, "pads": p, "groups": g, "at_once": n}
    for (s, d), p, g, n in product(
        (((1, 1, 1), (1, 1, 1)), ((2, 1, 3), (1, 1, 1)), ((1, 1, 1), (2, 1, 2))),
        (((0, 0), (0, 0), (0, 0)), ((1, 2), (0, 1), (2, 0))),
        (1, 2),
        (2, 8),
    )
]


def arrays(o: Any) -> tuple[Array, Array, Array]:
    """Volumes, a kernel and something like the output."""
    rng = np.random.default_rng(0)
    axes = zip(SIZE, KERNEL, o["strides"], o["dilation"], o["pads"], strict=True)
    sites = ((n + sum(p) - (k - 1) * d - 1) // s + 1 for n, k, s, d, p in axes)
    x = rng.normal(size=(3, *SIZE, 4))
    kernel = rng.normal(size=(*KERNEL, 4 // o["groups"], 6))
    return x, kernel, rng.normal(size=(3, *sites, 6))


def written_out(x: Array, kernel: Array, out: Array, o: Any) -> Array:
    """A sum for each site, of the cells that its window has."""
    x = np.pad(x, ((0, 0), *o["pads"], (0, 0)))
    c, each = kernel.shape[3], kernel.shape[4] // o["groups"]
    found = np.empty_like(out)
    for b, *site in np.ndindex(*out.shape[:-1]):
        ends = zip(site, o["strides"], o["dilation"], KERNEL, strict=True)
        window = x[
            (b, *(slice(i * s, i * s + (k - 1) * d + 1, d) for i, s, d, k in ends))
        ]
        for f in range(out.shape[-1]):
            first = f // each * c
            cells = window[..., first : first + c]
            found[(b, *site, f)] = np.vdot(cells, kernel[..., f])
    return found


@pytest.mark.parametrize("o", GRID, ids=str)
def test_the_windows_times_the_kernel(o: Any) -> None:
    x, kernel, out = arrays(o)
    expected = written_out(x, kernel, out, o)
    volume_convolve(x, kernel, out, **o)
    close(out, expected, atol=1e-12)


@pytest.mark.parametrize("o", GRID, ids=str)
def test_the_derivatives_are_adjoint(o: Any) -> None:
    x, kernel, dy = arrays(o)
    y, dx, dk = np.empty_like(dy), np.empty_like(x), np.empty_like(kernel)
    volume_convolve(x, kernel, y, **o)
    volume_convolve_input(dy, kernel, dx, **o)
    volume_convolve_kernel(x, dy, dk, **o)
    close(np.vdot(dx, x), np.vdot(dy, y), rtol=1e-10)
    close(np.vdot(dk, kernel), np.vdot(dy, y), rtol=1e-10)
    for place in (0, 0, 0, 0, 0), (2, 4, 3, 2, 3), (1, 2, 1, 1, 2):
        x[...] = 0.0
        x[place] = 1.0
        volume_convolve(x, kernel, y, **o)
        close(dx[place], np.vdot(dy, y), rtol=1e-10, atol=1e-12)
