"""Means of many values: they do not drift with the length of the sum."""

from __future__ import annotations

import numpy as np
import pytest

from tests.float32.passes import EPS, Given, both, run
from tests.scripts import Array, spec

RNG = np.random.default_rng(0)
#: Alone, a layer has nothing to train; this one changes nothing.
SAME = "prelu(ones, shared_axes={})"

NORMALIZATIONS = {
    "batch_normalization": (4,),
    "batch_normalization(scale=false, center=false)": (4,),
    "batch_normalization ": (28, 28, 2),
    "batch_normalization(axis=1)": (2, 300),
    "layer_normalization": (5000,),
    "layer_normalization(axis=1)": (5000, 2),
    "layer_normalization(axis=[1, 2, 3])": (40, 40, 2),
    "group_normalization(2)": (60, 60, 4),
    "group_normalization(1, axis=1)": (2, 3000),
}
BATCHES = {(4,): 60_000, (28, 28, 2): 128, (2, 300): 128}


def made(layer: str, x: Array) -> tuple[Array, Array]:
    """What a layer makes of samples in float32, and the moving averages after it."""
    axes = list(range(1, x.ndim)) if "global" not in layer else [1]
    layers = [layer.strip(), SAME.format(axes)]
    low, _ = both(spec(layers, shape=", ".join(map(str, x.shape[1:]))))
    parameters = np.zeros(low.module.PARAMETERS, np.float32)
    low.module.initialize(low.module.views(parameters), np.random.default_rng(0))
    y = np.zeros((len(x), *low.model.output_shape))
    found = run(low, Given(parameters, x, y))
    return found["output"], found.get("moving averages", np.zeros(0))


@pytest.mark.parametrize("value", [3.3, 10.3, 100.1, 10000.1])
@pytest.mark.parametrize("layer", NORMALIZATIONS)
def test_constant_channels_become_0(layer: str, value: float) -> None:
    """What is left of a mean is divided by a deviation that is all epsilon: 0.03."""
    shape = NORMALIZATIONS[layer]
    found, _ = made(layer, np.full((BATCHES.get(shape, 2), *shape), value))
    assert np.abs(found).max() <= EPS * value


@pytest.mark.parametrize(
    ("shape", "n", "mean"), [((4,), 60_000, 1e4), ((28, 28, 3), 128, 1e3)]
)
def test_moving_averages_of_long_sums(
    shape: tuple[int, ...], n: int, mean: float
) -> None:
    """Nearer than those of Keras in float32, which are off by 0.0013 of 10,000."""
    x = RNG.normal(mean, 1.0, (n, *shape)).astype(np.float32)
    found, averages = made("batch_normalization(momentum=0)", x)
    exact = x.astype(float).reshape(-1, shape[-1])
    means, variances = np.split(averages, 2)
    np.testing.assert_allclose(means, exact.mean(axis=0), rtol=EPS)
    np.testing.assert_allclose(variances, exact.var(axis=0), rtol=16 * EPS)
    normal = (exact - exact.mean(axis=0)) / np.sqrt(exact.var(axis=0) + 0.001)
    np.testing.assert_allclose(found.reshape(exact.shape), normal, atol=64 * EPS)


@pytest.mark.parametrize("value", [100.1, 10000.1])
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ("global_average_pooling1d", (40_000, 3)),
        ("global_average_pooling2d", (200,) * 3),
    ],
)
def test_means_of_whole_samples(
    layer: str, shape: tuple[int, ...], value: float
) -> None:
    found, _ = made(layer, np.full((1, *shape), value))
    np.testing.assert_allclose(found, np.float32(value), rtol=EPS)


def test_losses_of_a_long_part_are_summed_in_float64() -> None:
    """Each batch has a loss of 0.1; 100,000 samples have one of 0.1, too."""
    low, _ = both(spec(["dense(1, use_bias=false)"], shape="1", loss="mae"))
    m = low.module
    w = m.views(np.ones(1, np.float32))
    x = np.full((100_000, 1), 0.1, np.float32)
    found = m.evaluate_part(w, x, np.zeros_like(x), "")["loss"]
    assert abs(found / np.float32(0.1) - 1.0) <= 2 * EPS
