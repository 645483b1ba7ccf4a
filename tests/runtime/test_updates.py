"""What the updates of some optimizers call."""

from __future__ import annotations

from math import prod

import pytest

from templates.runtime.factored import factored
from templates.runtime.momentum_product import momentum_product


def test_the_parts_of_weights_and_of_their_means_lie_side_by_side() -> None:
    shapes = [(6, 4), (4,), (1, 7), (5, 1), (2, 3, 4), (), (3, 2, 4, 5)]
    start = kept = 0
    for shape, (part, same, rows, columns) in zip(
        shapes, factored(shapes), strict=True
    ):
        assert same == shape
        assert (part.start, part.stop) == (start, start + prod(shape))
        assert rows.start == kept
        assert columns.start == rows.stop
        matrix = len(shape) > 1
        assert rows.stop - rows.start == prod(shape[:-1] if matrix else shape)
        means = prod((*shape[:-2], shape[-1])) if matrix else 0
        assert columns.stop - columns.start == means
        start, kept = part.stop, columns.stop


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 900])
def test_momentum_product(steps: int) -> None:
    product = 1.0
    for t in range(1, steps + 1):
        product *= 1 - 0.96**t / 2
    assert momentum_product(steps) == pytest.approx(product, rel=1e-14)


def test_after_900_steps_the_momentum_stays() -> None:
    assert 1 - 0.5 * 0.96**901 == 1.0
