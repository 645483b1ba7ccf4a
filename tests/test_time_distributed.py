"""Layers for each step of a sequence, beside the same layers for one step."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from tests.formulas.layers import LAYERS
from tests.scripts import Run, script, spec

close = np.testing.assert_allclose
N, STEPS = 3, 4


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ("dense(3, tanh)", (5,)),
        ("dense(3, softmax(axis=1))", (2, 5)),
        ("conv2d(2, 2, activation=relu)", (4, 3, 2)),
        ("lstm(2, return_sequences=true)", (3, 2)),
        ("bidirectional(gru(2))", (3, 2)),
        ("layer_normalization", (5,)),
        ("prelu", (3, 2)),
        ("time_distributed(dense(2))", (3, 2)),
    ],
)
def test_each_step_is_a_sample(layer: str, shape: tuple[int, ...]) -> None:
    """Values and gradients are those of the layer for all steps as samples."""
    inner = ", ".join(map(str, shape))
    each = script(spec([f"time_distributed({layer}) as it"], shape=f"{STEPS}, {inner}"))
    alone = script(spec([f"{layer} as it"], shape=inner))
    run, other = Run(each), Run(alone)
    rng = np.random.default_rng(0)
    run.parameters += rng.normal(0, 0.5, run.parameters.size)
    other.parameters[...] = run.parameters
    x = rng.normal(size=(N, STEPS, *shape))
    found, expected = run.w, other.w
    y = each.predict(found, x)
    close(
        y.reshape(N * STEPS, *y.shape[2:]),
        alone.predict(expected, x.reshape(-1, *shape)),
        rtol=1e-12,
    )
    assert each.gradcheck() == 0
    if run.gradients.size:
        target = rng.normal(size=y.shape)
        run.update(x, target)
        other.update(x.reshape(-1, *shape), target.reshape(-1, *y.shape[2:]))
        close(run.gradients, other.gradients, rtol=1e-10, atol=1e-13)


def test_weights_are_called_by_the_wrapper_and_the_layer() -> None:
    layers = ["time_distributed(dense(3))", "dense(2)", "time_distributed(dense(3))"]
    model = script(spec(layers, shape="4, 5")).model
    assert [w.name for w in model.network.weights] == [
        "time_distributed/dense/kernel",
        "time_distributed/dense/bias",
        "dense/kernel",
        "dense/bias",
        "time_distributed_1/dense/kernel",
        "time_distributed_1/dense/bias",
    ]


def test_layers_of_the_specs_own_may_be_within() -> None:
    text = f"{LAYERS['fully']}\n" + spec(
        ["time_distributed(fully(3, tanh))", "dense(2)"], shape="4, 5"
    )
    s = script(text)
    assert "time_distributed/fully/kernel" in s.module.SHAPES
    assert s.gradcheck() == 0


def test_a_dropout_is_drawn_for_each_step() -> None:
    s = script(spec(["time_distributed(dropout(0.5)) as it", "dense(1)"], shape="4, 5"))
    x = np.ones((N, STEPS, 5))
    y = s.forward(Run(s).w, x, np.random.default_rng(0)).it
    assert {*y.ravel().tolist()} == {0.0, 2.0}
    assert (y[:, 0] != y[:, 1]).any()


def test_the_mask_goes_on() -> None:
    layers = ["embedding(6, 3, mask_zero=true)", "time_distributed(dense(3)) as it"]
    s = script(spec([*layers, "lstm(2)", "dense(1)"], shape="4"))
    assert "it" in s.model.network.masks


def test_a_loss_is_fused_with_the_activation_of_the_last_layer() -> None:
    loss = "sparse_categorical_crossentropy"
    layers = ["time_distributed(dense(3, softmax))"]
    analysis = check(Source("a.nn", spec(layers, shape="4, 5", loss=loss)))
    assert not analysis.diagnostics
    s = script(spec(layers, shape="4, 5", loss=loss))
    assert "log(softmax(z)[y])" in s.text
    assert s.gradcheck() == 0


@pytest.mark.parametrize(
    ("layer", "shape", "told"),
    [
        ("dense(3)", "5", "needs a sequence of shape (steps, ...)"),
        ("embedding(3, 2)", "5, 4", "takes ids of any shape as it is"),
        ("batch_normalization", "5, 4", "each step has statistics of its own"),
        ("multi_head_attention(2, 2)", "5, 4, 3", "takes a layer of one value"),
        ("conv2d(2, 3)", "5, 4", "needs an image"),
        ("dense(2, activity_regularizer=l2)", "5, 4", "Keras passes over"),
    ],
)
def test_what_is_told(layer: str, shape: str, told: str) -> None:
    layers = [f"time_distributed({layer})", "dense(1)"]
    found = check(Source("a.nn", spec(layers, shape=shape))).diagnostics
    assert [told in d.message for d in found] == [True]
    assert found[0].help
