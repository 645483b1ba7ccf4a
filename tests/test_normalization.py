"""Layers that normalize, in numbers: of a batch, of samples, and of zeros."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scripts import Array, Run, script, spec

RNG = np.random.default_rng(0)
X = RNG.normal(3.0, 2.0, size=(50, 6))
close = np.testing.assert_allclose


def output(layer: str, x: Array, *, training: bool = False) -> Array:
    """What a layer makes of samples, with its initial weights."""
    shape = ", ".join(map(str, x.shape[1:]))
    s = script(spec([f"{layer} as y", "dense(1)"], shape=shape))
    a = s.forward(Run(s).w, x, RNG if training else None)
    values: Array = a.y
    return values


def test_a_batch_is_normalized_by_its_own_statistics_while_training() -> None:
    y = output("batch_normalization(epsilon=0.5)", X, training=True)
    close(y, (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 0.5), 1e-12, 1e-14)


def test_running_means_go_towards_the_statistics_of_each_batch() -> None:
    s = script(spec(["batch_normalization(momentum=0.9)", "dense(1)"]))
    run, mean, variance = Run(s), np.zeros(6), np.ones(6)
    for x in np.split(X, [20, 40]):  # the last batch is smaller
        s.forward(run.w, x, RNG)
        mean = 0.9 * mean + 0.1 * x.mean(axis=0)
        variance = 0.9 * variance + 0.1 * x.var(axis=0)
    close(run.w.batch_normalization_moving_mean, mean, rtol=1e-12)
    close(run.w.batch_normalization_moving_variance, variance, rtol=1e-12)
    expected = (X - mean) / np.sqrt(variance + 0.001)
    close(s.forward(run.w, X).batch_norm, expected, rtol=1e-12)
    close(run.w.batch_normalization_moving_mean, mean, rtol=1e-12)  # as it was


def test_predictions_do_not_depend_on_the_batch() -> None:
    layers = ["dense(8)", "batch_normalization", "relu", "dense(3, softmax)"]
    s = script(spec(layers, loss="categorical_crossentropy", optimizer="adam"))
    run = Run(s)
    for _ in range(5):
        run.update(X, np.eye(3)[RNG.integers(3, size=50)])
    whole = s.predict(run.w, X)
    for i in (0, 7, 49):
        close(s.predict(run.w, X[i : i + 1]), whole[i : i + 1], rtol=1e-12)


def test_without_training_the_running_means_stay_in_force() -> None:
    layers = ["batch_normalization(trainable=false)", "dropout(0.3)", "dense(1)"]
    s = script(spec(layers))
    run = Run(s)
    run.w.batch_normalization_moving_mean[:] = 2.0
    run.w.batch_normalization_moving_variance[:] = 4.0
    before = run.parameters.copy()
    a = s.forward(run.w, X, RNG)
    close(a.batch_norm, (X - 2.0) / np.sqrt(4.001) * a.dropout_mask, rtol=1e-12)
    assert np.array_equal(run.parameters, before)


@pytest.mark.parametrize("axis", ["-1", "2", "1", "(1, 2)"])
def test_a_sample_is_normalized_along_the_axes(axis: str) -> None:
    x = RNG.normal(3.0, 2.0, size=(5, 4, 3))
    y = output(f"layer_normalization({axis}, epsilon=0.0)", x)
    along = eval(axis)
    close(y.mean(axis=along), 0.0, atol=1e-12)
    close(y.var(axis=along), 1.0, rtol=1e-12)
    y = output(f"unit_normalization({axis})", x)
    close(np.sum(y * y, axis=along), 1.0, rtol=1e-12)


def test_groups_are_neighbouring_features() -> None:
    x = RNG.normal(3.0, 2.0, size=(5, 2, 6))
    y = output("group_normalization(3, epsilon=0.0)", x)
    for first in (0, 2, 4):
        group = y[:, :, first : first + 2]
        close(group.mean(axis=(1, 2)), 0.0, atol=1e-12)
        close(group.var(axis=(1, 2)), 1.0, rtol=1e-12)


def test_the_root_mean_square_becomes_one() -> None:
    y = output("rms_normalization(epsilon=0.0)", X)
    close(np.mean(y * y, axis=1), 1.0, rtol=1e-12)
    assert (np.sign(y) == np.sign(X)).all()


def test_a_vector_of_zeros_stays_one() -> None:
    s = script(spec(["dense(4, use_bias=false)", "unit_normalization", "dense(1)"]))
    run = Run(s)
    x = np.vstack([np.zeros((1, 6)), X[:3]])
    assert not s.forward(run.w, x).dense[0].any()
    run.update(x, np.ones((4, 1)))
    assert np.isfinite(run.parameters).all()


def test_features_that_do_not_vary_are_no_division_by_zero() -> None:
    y = output("batch_normalization", np.full((4, 2), 7.0), training=True)
    assert not y.any()
