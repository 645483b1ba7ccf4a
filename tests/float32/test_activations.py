"""Each activation, value by value: small ones keep their digits, too."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases import ACTIVATIONS
from tests.float32.passes import EPS, TINY, Given, both, near, run
from tests.scripts import spec

SIZES = np.geomspace(1e-6, 80.0, 200)
X = np.concatenate([-SIZES, SIZES]).astype(np.float32).astype(float)[:, None]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@np.errstate(all="ignore")
def test_small_values_keep_their_digits(activation: str) -> None:
    """What is computed on the way is never much larger than what comes of it.

    But for a sum that begins with 1 in `log_softmax`, and in the gate of `gelu`; and
    for what is left of x in `tanh_shrink`.
    """
    shape, x = "1", X
    if (
        "max" in activation and "relu" not in activation
    ):  # of two logits, one of which is 0
        shape, x = "2", np.hstack([X, np.zeros_like(X)])
    low, high = both(spec([activation, "prelu(ones)"], shape=shape))
    parameters = np.ones(low.module.PARAMETERS)
    given = Given(parameters, x, np.zeros((len(x), *low.model.output_shape)))
    expected, found = (run(s, given)["output"] for s in (high, low))
    moved = np.zeros_like(expected)
    for seed in range(3):
        other = Given(parameters, near(x, np.random.default_rng(seed)), given.y)
        np.maximum(moved, abs(run(high, other)["output"] - expected), out=moved)
    size = np.abs(expected)
    if activation.startswith("log_softmax"):
        size = np.maximum(size, 1.0)
    elif activation.startswith(("gelu", "tanh_shrink")):
        size = np.maximum(size, np.abs(x))
    error = np.abs(found - expected) / (16 * (moved + EPS * size) + TINY)
    worst = np.unravel_index(error.argmax(), error.shape)
    told = f"{found[worst]} instead of {expected[worst]} for {x[worst[0]]}"
    assert error[worst] <= 1.0, told
