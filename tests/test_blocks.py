"""Blocks that are used several times alike are functions of the script."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.targets.numpy import network
from tests.blocks import random_blocks
from tests.scripts import Array, Run, Script, script


def trained(s: Script) -> list[Array]:
    """What two updates come to: predictions, what is measured, gradients, weights."""
    run, rng, found = Run(s), np.random.default_rng(0), []
    for _ in range(2):
        x = rng.normal(size=(5, *s.model.input_shape))
        a = run.update(x, s.labels(rng, 5))
        found += [getattr(a, s.prediction), np.array([*run.measured.values()])]
        found += [run.gradients.copy(), run.parameters.copy()]
    return found


def straight(text: str, monkeypatch: pytest.MonkeyPatch) -> Script:
    """The script of a spec without functions of blocks."""
    with monkeypatch.context() as context:
        context.setattr(network, "repeated", lambda *_: ())
        found = script(text + "\n")  # another text, which is not compiled yet
    assert "USES = {" not in found.text
    return found


@pytest.mark.share(10)
@pytest.mark.parametrize("seed", range(60))
def test_functions_compute_the_same_bits(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = random_blocks(seed)
    plain = trained(straight(text, monkeypatch))
    for one, other in zip(trained(script(text)), plain, strict=True):
        assert np.array_equal(one, other, equal_nan=True)
    assert script(text).gradcheck() == 0
