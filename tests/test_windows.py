"""The arithmetic of windows, against windows that are laid one by one."""

from __future__ import annotations

from itertools import product

import pytest

from nnspec.table.entry import Misfit
from nnspec.table.windows import pads, reach, verify_axes, windowed, windows_over

GRID = tuple(product(range(1, 12), range(1, 6), range(1, 5), range(1, 4)))


def test_valid_windows_are_those_that_fit() -> None:
    for n, k, s, d in GRID:
        fitting = sum(start + (k - 1) * d < n for start in range(0, n, s))
        assert max(windows_over(n, k, s, d, "valid"), 0) == fitting
        assert pads(n, k, s, d, "valid") == (0, 0)


@pytest.mark.parametrize("padding", ["same", "causal"])
def test_padding_adds_just_what_windows_lack(padding: str) -> None:
    for n, k, s, d in GRID:
        before, after = pads(n, k, s, d, padding)
        count = windows_over(n, k, s, d, padding)
        assert count == len(range(0, n, s))
        if padding == "causal":  # the last cell of the first window is the first cell
            assert (before, after) == (reach(k, d) - 1, 0)
            continue
        assert after - before in (0, 1)
        lacking = (count - 1) * s + reach(k, d) - n
        assert before + after == max(lacking, 0)


def test_a_way_out_for_each_shape() -> None:
    def told(shape: tuple[int, ...], rank: int) -> str | None:
        with pytest.raises(Misfit) as found:
            verify_axes("pool", shape, rank)
        return found.value.help

    assert told((784,), 2) == "put `reshape(28, 28, 1)` before it"
    assert told((3072,), 2) == "put `reshape(32, 32, 3)` before it"
    assert told((10,), 2) == (
        "put `reshape(height, width, channels)` before it; what is no picture takes "
        "`dense`"
    )
    assert told((28, 27), 2) == "put `reshape(28, 27, 1)` before it"
    assert told((), 2) == "put `reshape(1, 1, 1)` before it"
    assert told((10,), 1) == "put `reshape(10, 1)` before it"
    assert told((4, 5, 6), 1) == "put `reshape(4, 30)` before it"
    assert told((4, 5, 6, 7), 2) == (
        "put `reshape(height, width, channels)` before it; what is no picture takes "
        "`dense`"
    )


def test_windows_larger_than_the_input() -> None:
    with pytest.raises(Misfit, match="are 5 x 1, and its input only 4 x 9"):
        windowed("pool", (4, 9, 1), (3, 1), (1, 1), (2, 1), argument="pool_size")
    assert windowed("pool", (4, 9, 1), (3, 2), (2, 2), argument="pool_size") == (1, 4)
