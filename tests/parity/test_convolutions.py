"""Convolutions beside Keras's, over the grid of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnspec import ir
from tests.convolutions import LAYERS, grid
from tests.parity.conftest import WHY
from tests.scripts import script

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)
jax = pytest.importorskip("jax", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import class_of  # noqa: E402
from tests.parity.keras_model import given as arguments_of  # noqa: E402

close = np.testing.assert_allclose
#: No number of values in the grid goes into it, so that each part has all of them.
PARTS = 13


@pytest.mark.share(11)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("layer", LAYERS)
def test_values_and_derivatives(layer: str, part: int) -> None:
    for given in grid(layer)[part::PARTS]:
        compare(given)
    jax.clear_caches()  # what was compiled for these shapes takes much memory


def compare(given: str) -> None:
    """The output and all derivatives of a mean squared error, those by x included."""
    s, rng = script(given), np.random.default_rng(0)
    parameters, gradients = np.zeros((2, s.module.PARAMETERS))
    w, dw = s.module.views(parameters), s.module.views(gradients)
    s.module.initialize(w, rng)
    x = -rng.uniform(0.5, 1.5, (3, *s.model.input_shape))
    y = rng.normal(size=(3, *s.model.output_shape))
    a, da = s.batch(x)
    s.module.forward(w, a)
    output = getattr(a, s.prediction).copy()
    s.module.backward(w, dw, a, da, y)
    layer = keras_layer(s.model.network.calls[-1])
    alpha, *weights = vars(w).values()
    expected, back = jax.vjp(
        lambda alpha, *weights: layer.stateless_call(weights, [], alpha * x)[0],
        jax.numpy.array(alpha),
        *map(jax.numpy.array, weights),
    )
    close(output, expected, rtol=1e-10, atol=1e-10, err_msg=given)
    slopes = back(2 * (expected - y) / y.size)
    for name, found, slope in zip(
        s.module.SHAPES, vars(dw).values(), slopes, strict=True
    ):
        close(found, slope, rtol=1e-10, atol=1e-12, err_msg=f"{given} {name}")


def keras_layer(layer: ir.Call) -> Any:
    """The layer in Keras, built for what it takes."""
    entry = layer.use.entry.name
    found = class_of(keras.layers, entry)(**arguments_of(layer.use), dtype="float64")
    found.build((None, *layer.input_shape))
    return found
