"""Passes that go side by side, from one mean to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from templates.runtime import in_step_of_ranks
from templates.runtime.finish import finish
from templates.runtime.in_step import in_step
from templates.runtime.sum_sites import sum_sites

Array = np.ndarray[Any, Any]


def squares(x: Array, seen: list[Array]) -> Iterator[Array]:
    """A pass: the mean of x, then that of its squared distances from it."""
    mean = x.mean(axis=0)
    yield mean
    variance = np.square(x - mean).mean(axis=0)
    yield variance
    seen += [mean, variance]


@pytest.mark.parametrize("in_step", [in_step, in_step_of_ranks.in_step])
@pytest.mark.parametrize("cuts", [[4], [1, 3], [2, 4, 7]])
def test_means_of_shares_become_those_of_all(
    cuts: list[int], in_step: Callable[..., Array]
) -> None:
    x = np.random.default_rng(0).normal(size=(9, 3))
    shares, seen = np.split(x, cuts), list[Array]()
    passes = [squares(share, seen) for share in shares]
    with ThreadPoolExecutor(2) as pool:  # fewer than there are shares
        last = in_step(pool.map, passes, np.array([len(s) / len(x) for s in shares]))
    np.testing.assert_allclose(last, x.var(axis=0), rtol=1e-12)
    for mean, variance in zip(seen[::2], seen[1::2], strict=True):
        np.testing.assert_allclose(mean, x.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(variance, x.var(axis=0), rtol=1e-12)


def test_what_goes_wrong_in_a_share_is_raised() -> None:
    def broken() -> Iterator[Array]:
        yield np.zeros(1)
        raise MemoryError

    with ThreadPoolExecutor(2) as pool, pytest.raises(MemoryError):
        in_step(pool.map, [squares(np.ones((2, 1)), []), broken()], [0.5, 0.5])


def test_a_pass_alone_keeps_its_means() -> None:
    seen = list[Array]()
    finish(squares(np.array([[1.0], [3.0]]), seen))
    assert [value.tolist() for value in seen] == [[2.0], [1.0]]


def test_sums_over_sites_are_given_or_written() -> None:
    x, out = np.arange(24.0).reshape(2, 3, 2, 2), np.empty(2)
    assert sum_sites(x).tolist() == x.sum(axis=(0, 1, 2)).tolist()
    sum_sites(x, out=out)
    assert out.tolist() == x.sum(axis=(0, 1, 2)).tolist()
