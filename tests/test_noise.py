"""Layers that draw while training: what they draw, and that it is drawn anew."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from tests.scripts import Array, Run, script, spec


def changed(layer: str, seed: int = 0) -> Array:
    """What a layer makes of a standard normal array of samples while training."""
    s = script(spec([layer, "dense(1)"], shape="40"))
    x = np.random.default_rng(9).normal(size=(5000, 40))
    a = s.forward(Run(s).w, x, np.random.default_rng(seed))
    values: Array = getattr(a, layer.partition("(")[0])
    return values


NORMAL = np.random.default_rng(9).normal(size=(5000, 40))


def test_gaussian_noise_is_normal() -> None:
    noise = changed("gaussian_noise(0.3)") - NORMAL
    assert abs(noise.mean()) < 0.003
    assert abs(noise.std() / 0.3 - 1) < 0.005
    assert abs(np.mean(np.abs(noise) < 0.3) - 0.6827) < 0.005
    assert abs(np.mean(noise[:, 1:] * noise[:, :-1])) < 0.001


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_gaussian_dropout_has_mean_one_and_the_variance_of_a_dropout(
    rate: float,
) -> None:
    factor = changed(f"gaussian_dropout({rate})") / NORMAL
    deviation = sqrt(rate / (1 - rate))
    assert abs(factor.mean() - 1) < 0.01 * deviation
    assert abs(factor.std() / deviation - 1) < 0.005
    assert abs(np.mean(np.abs(factor - 1) < deviation) - 0.6827) < 0.005


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.8])
def test_alpha_dropout_keeps_mean_and_variance(rate: float) -> None:
    values = changed(f"alpha_dropout({rate})")
    assert abs(values.mean()) < 0.01
    assert abs(values.var() - 1) < 0.015
    lowest, counts = np.unique(values, return_counts=True)
    assert counts.max() > 1  # all that is dropped is the same
    assert abs(counts.max() / values.size - rate) < 0.005
    kept = values != lowest[counts.argmax()]
    slope = np.diff(values[kept][:2]) / np.diff(NORMAL[kept][:2])
    np.testing.assert_allclose(
        np.ptp(values[kept] - slope * NORMAL[kept]), 0, atol=1e-9
    )


@pytest.mark.parametrize(
    "layer", ["gaussian_noise(0.4)", "gaussian_dropout(0.4)", "alpha_dropout(0.4)"]
)
def test_noise_does_nothing_to_predictions(layer: str) -> None:
    x = np.random.default_rng(0).normal(size=(7, 6))
    layers = ["{}", "dense(5, tanh)", "{}", "dense(5)", "{}", "relu", "{}", "dense(2)"]
    noisy = script(spec(line.format(layer) for line in layers))
    plain = script(spec(line for line in layers if line != "{}"))
    w = noisy.module.views(np.random.default_rng(1).normal(size=77))
    assert np.array_equal(noisy.predict(w, x), plain.predict(w, x))
    assert not np.array_equal(
        noisy.predict(w, x),
        getattr(noisy.forward(w, x, np.random.default_rng(0)), noisy.prediction),
    )


@pytest.mark.parametrize("layer", ["dropout", "alpha_dropout"])
def test_values_along_an_axis_share_what_is_drawn(layer: str) -> None:
    layers = [f"{layer}(0.5, noise_shape=[none, 1, none])", "dense(1)"]
    s = script(spec(layers, shape="3, 4"))
    x = np.ones((50, 3, 4))
    values = getattr(s.forward(Run(s).w, x, np.random.default_rng(0)), layer)
    assert (values == values[:, :1]).all()
    assert (values != values[:1]).any()
    assert (values != values[:, :, :1]).any()


@pytest.mark.parametrize(
    ("rank", "shape"), [(1, "4, 6"), (2, "2, 3, 6"), (3, "2, 1, 3, 6")]
)
def test_a_spatial_dropout_drops_whole_channels(rank: int, shape: str) -> None:
    layer = f"spatial_dropout{rank}d"
    s = script(spec([f"{layer}(0.5)", "dense(1)"], shape=shape))
    x = np.ones((50, *s.model.input_shape))
    values = getattr(s.forward(Run(s).w, x, np.random.default_rng(0)), layer)
    channels = values.reshape(50, -1, 6)
    assert {*channels.ravel()} == {0.0, 2.0}
    assert (channels == channels[:, :1]).all()
    assert (channels != channels[:1]).any()
    assert (channels != channels[:, :, :1]).any()


SEEDED = ["dense(6)", "dropout(0.5, seed=4)", "dropout(0.5, seed=4)"]
SEEDED += ["dropout(0.5, seed=5)", "dropout(0.5)", "gaussian_noise(0.1, seed=4)"]
SEEDED += ["dense(3)"]


def test_a_layer_with_a_seed_draws_the_same_whatever_the_training_seed() -> None:
    s = script(spec(SEEDED))
    w, x, found = Run(s).w, np.ones((50, 6)), []
    for seed in (1, 2):
        own = s.module.seeded(1)
        rng = np.random.default_rng(seed)
        found += [s.forward(w, x, rng, own) for _ in range(2)]
    one, later, other, _ = found
    for name in ("dropout_mask", "dropout_2_mask", "gaussian_noise_drawn"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
        assert not np.array_equal(getattr(one, name), getattr(later, name))
    assert not np.array_equal(one.dropout_3_mask, other.dropout_3_mask)
    # Layers with the same seed draw the same, those with another seed do not.
    assert np.array_equal(one.dropout_mask, one.dropout_1_mask)
    assert not np.array_equal(one.dropout_mask, one.dropout_2_mask)
    # Each epoch draws others.
    next_epoch = s.forward(w, x, np.random.default_rng(1), s.module.seeded(2))
    assert not np.array_equal(one.dropout_mask, next_epoch.dropout_mask)
