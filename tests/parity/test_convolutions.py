"""Convolutions beside Keras's over a grid: window, stride, padding, dilation, groups.

Before each there is a PReLU that takes negative values only: the derivative by its
weights is then that by every single value that the convolution takes, times the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from nnspec import compiler, ir
from nnspec.source import Source
from tests.parity.conftest import WHY
from tests.scripts import script, spec

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)
jax = pytest.importorskip("jax", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import class_of  # noqa: E402
from tests.parity.keras_model import given as arguments_of  # noqa: E402

close = np.testing.assert_allclose

#: Strides and dilations, which Keras does not take together.
PACES = ((1, 1), (2, 1), (3, 1), (1, 2))
PAIRS = ((1, 1), (2, 1), ((1, 3), 1), (1, (3, 2)))
IMAGES = ("5, 6, 2", "8, 7, 2")
KERNELS = ((1, 1), (2, 3), (3, 3), (4, 2))


def calls(layer: str) -> Iterator[tuple[str, str]]:
    """Layers with all their arguments, and the shapes of what they take."""
    shapes = ("7, 2", "10, 2") if "1d" in layer else IMAGES
    sizes = (1, 2, 3, 5) if "1d" in layer else KERNELS
    paces = PACES if "1d" in layer else PAIRS
    paddings = ("valid", "same", "causal") if layer == "conv1d" else ("valid", "same")
    if "transpose" in layer:
        more = ("", ", output_padding=0", ", output_padding=1")
    elif layer in ("conv1d", "conv2d"):
        more = ("", ", groups=2")
    else:
        more = ("", ", depth_multiplier=3")
    filters = "" if layer == "depthwise_conv2d" else "4, "
    for shape, size, (stride, dilation), padding, last in product(
        shapes, sizes, paces, paddings, more
    ):
        yield (
            f"{layer}({filters}{size}, {stride}, {padding}, dilation_rate={dilation}"
            f"{last}, bias_initializer=random_normal)",
            shape,
        )


def text(call: str, shape: str) -> str:
    layers = ["prelu(alpha_initializer=random_uniform(0.5, 1.5))", call]
    return spec(layers, shape=shape)


@cache
def grid(layer: str) -> tuple[str, ...]:
    """The specs of the grid, but for those whose windows do not fit into a sample."""
    texts = (text(*case) for case in calls(layer))
    return tuple(t for t in texts if compiler.check(Source("model.nn", t)).model)


LAYERS = (
    "conv1d",
    "conv2d",
    "depthwise_conv2d",
    "separable_conv2d",
    "conv1d_transpose",
    "conv2d_transpose",
)


def test_the_grid_is_wide() -> None:
    assert sum(len(grid(layer)) for layer in LAYERS) >= 600


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("layer", LAYERS)
def test_values_and_derivatives(layer: str, part: int) -> None:
    for given in grid(layer)[part::4]:
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
    s.module.backward(w, dw, a, da, y)
    layer = keras_layer(s.model.layers[-1])
    alpha, *weights = vars(w).values()
    expected, back = jax.vjp(
        lambda alpha, *weights: layer.stateless_call(weights, [], alpha * x)[0],
        jax.numpy.array(alpha),
        *map(jax.numpy.array, weights),
    )
    close(getattr(a, s.prediction), expected, rtol=1e-10, atol=1e-10, err_msg=given)
    slopes = back(2 * (expected - y) / y.size)
    for name, found, slope in zip(
        s.module.WEIGHTS, vars(dw).values(), slopes, strict=True
    ):
        close(found, slope, rtol=1e-10, atol=1e-12, err_msg=f"{given} {name}")


def keras_layer(layer: ir.Layer) -> Any:
    """The layer in Keras, built for what it takes."""
    entry = layer.use.entry.name
    found = class_of(keras.layers, entry)(**arguments_of(layer.use), dtype="float64")
    found.build((None, *layer.input_shape))
    return found
