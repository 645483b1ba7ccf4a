"""Optimizers: many updates by gradients of all sizes, and by constant ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.cases import OPTIMIZERS, optimized
from tests.float32.passes import EPS, ROUNDINGS, both, near, rounded
from tests.scripts import Array, Run, Script

STEPS = 60
GRADIENTS: dict[str, Callable[[int, Array], Array]] = {
    "usual": lambda _, g: g,
    "large": lambda _, g: 1e6 * g,
    "small": lambda _, g: 1e-6 * g,
    "of a large mean": lambda _, g: 1000.0 + g,
    "of alternating signs": lambda step, g: (-1.0) ** step * np.abs(g),
}


def trained(s: Script, gradients: list[Array]) -> Array:
    """The weights after updates by these gradients."""
    taken = Run(s)
    taken.parameters[:] = rounded(
        np.random.default_rng(1).normal(size=taken.parameters.size)
    )
    taken.begin()
    for g in gradients:
        taken.gradients[:] = g
        taken.apply()
    return taken.parameters


@pytest.mark.share(5)
@pytest.mark.parametrize("kind", GRADIENTS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_many_updates(optimizer: str, kind: str) -> None:
    """Each of them rounds the weights once, besides what it does to its gradient."""
    low, high = both(optimized(optimizer))
    rng = np.random.default_rng(0)
    size = low.model.network.trainable_parameters
    drawn = [rng.normal(size=size) for _ in range(STEPS)]
    if kind == "of a large mean" and "centered" in optimizer:
        pytest.skip("the variance of a constant is nothing but rounding, as in Keras")
    given = [rounded(GRADIENTS[kind](i, g)) for i, g in enumerate(drawn)]
    expected, found = trained(high, given), trained(low, given)
    moved = np.zeros(size)
    for _ in range(3):
        other = trained(high, [near(g, rng) for g in given])
        np.maximum(moved, np.abs(other - expected), out=moved)
    allowed = ROUNDINGS * (moved.max() + EPS * np.abs(expected).max()) + STEPS * EPS
    assert np.abs(found - expected).max() <= allowed


@pytest.mark.parametrize("optimizer", [o for o in OPTIMIZERS if "centered" in o])
def test_the_variance_of_a_constant_gradient_has_a_root(optimizer: str) -> None:
    """In the end it is nothing but rounding, below 0 for every tenth gradient or so."""
    low, _ = both(optimized(optimizer))
    size = low.model.network.trainable_parameters
    constants = np.random.default_rng(0).normal(0.0, 1e4, size)
    assert np.isfinite(trained(low, [constants] * 300)).all()
