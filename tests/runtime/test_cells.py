"""The plain files of layers that go by windows, or by cells that are near."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from templates.runtime.bilinear import bilinear
from templates.runtime.cells_within import cells_within

TYPES = (np.float32, np.float64)


@pytest.mark.parametrize("dtype", TYPES)
def test_cells_of_windows_are_counted(dtype: type) -> None:
    for n, size, stride, before in product((3, 7), (1, 2, 5), (1, 2, 3), (0, 1, 2)):
        if before >= size:  # no window is outside
            continue
        windows = range(-before, n, stride)
        expected = [sum(0 <= i < n for i in range(w, w + size)) for w in windows]
        counts = cells_within(((n, size, stride, before, len(windows)),), dtype)
        assert counts.dtype == dtype
        assert counts[:, 0].tolist() == expected


def test_cells_of_a_plane_are_those_of_both_axes() -> None:
    counts = cells_within(((4, 3, 1, 1, 4), (5, 2, 2, 0, 3)), np.float32)
    assert counts[..., 0].tolist() == [[4, 4, 2], [6, 6, 3], [6, 6, 3], [4, 4, 2]]


@pytest.mark.parametrize("dtype", TYPES)
def test_weights_are_those_between_centres(dtype: type) -> None:
    weights = bilinear(3, 2, dtype)
    assert weights.dtype == dtype
    assert weights.tolist() == [
        [1, 0, 0],
        [0.75, 0.25, 0],
        [0.25, 0.75, 0],
        [0, 0.75, 0.25],
        [0, 0.25, 0.75],
        [0, 0, 1],
    ]


def test_a_line_stays_a_line_but_for_its_ends() -> None:
    n, factor = 6, 4
    line = bilinear(n, factor, np.float64) @ np.arange(n, dtype=float)
    centres = (np.arange(n * factor) + 0.5) / factor - 0.5
    np.testing.assert_allclose(line, np.clip(centres, 0, n - 1), atol=1e-14)


def test_as_many_cells_as_before_are_the_same() -> None:
    assert np.array_equal(bilinear(4, 1, np.float32), np.eye(4))
    assert np.array_equal(bilinear(1, 3, np.float32), np.ones((3, 1)))
