"""Warnings of weights that cannot learn come where they cannot, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec import compiler
from nnspec.source import Source
from tests.scripts import Array, Run, script, spec

_ZEROS = "kernel_initializer=zeros"

#: Layers before a last `dense`, and what begins each warning of them.
LAYERS = {
    f"dense(3, relu, {_ZEROS}); dense(2)": "weights of 0 give relu",
    f"dense(3, relu6, {_ZEROS}, bias_initializer=zeros); dense(2)": "weights of 0",
    f"dense(3, {_ZEROS}); relu; dense(2)": "weights of 0 give relu",
    f"dense(3, tanh, {_ZEROS}); dense(2, {_ZEROS})": "all units of `dense`",
    f"dense(3, tanh, {_ZEROS}); batch_normalization; dense(2, {_ZEROS})": "all units",
    "dropout(1); dense(2)": "with a rate of 1, `dropout`",
    f"dense(3, relu, {_ZEROS}, bias_initializer=ones); dense(2)": "",
    f"dense(3, leaky_relu, {_ZEROS}); dense(2)": "",
    f"dense(3, tanh, {_ZEROS}); dense(2)": "",
    f"dense(3, {_ZEROS}); dense(2, relu)": "",
    f"dense(1, tanh, {_ZEROS}); dense(2, {_ZEROS})": "",
    f"dense(3, tanh, {_ZEROS}); dropout(0.5); dense(2, {_ZEROS})": "",
    f"dense(3, tanh, {_ZEROS}, trainable=false); dense(2, {_ZEROS})": "",
    f"dense(2, {_ZEROS})": "",
    "prelu(zeros); relu; dense(2)": "",
    "dropout(0.9); dense(2)": "",
    "batch_normalization; dense(2)": "",
}


def warnings(text: str) -> list[str]:
    """What is told of weights that cannot learn."""
    analysis = compiler.check(Source("spec.nn", text))
    assert analysis.model is not None
    return [d.message for d in analysis.diagnostics if d.code == "cannot-learn"]


@pytest.mark.parametrize("layers", LAYERS)
def test_layers_that_cannot_learn(layers: str) -> None:
    found = warnings(spec(layers.split("; "), shape="4"))
    expected = [LAYERS[layers]] if LAYERS[layers] else []
    assert [m[: len(e)] for m, e in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("shape", "more", "count"),
    [
        ("4", "batch_size = 1", 1),
        ("4", "batch_size = 2", 0),
        ("3, 4", "batch_size = 1", 0),
    ],
)
def test_a_batch_of_one_sample_has_no_variance(
    shape: str, more: str, count: int
) -> None:
    text = spec(["batch_normalization", "dense(2)"], shape=shape, more=more)
    assert len(warnings(text)) == count


@pytest.mark.parametrize("rate", ["0", "0.0"])
def test_a_rate_of_0_changes_no_weight(rate: str) -> None:
    (message,) = warnings(spec(["dense(2)"], shape="4", optimizer=f"sgd({rate})"))
    assert message == "with a learning rate of 0, no weight changes"
    assert not warnings(spec(["dense(2)"], shape="4", optimizer="sgd(0.1)"))


def kernels(layers: str) -> tuple[Array, Array]:
    """The kernel of the first `dense` before and after some updates."""
    run = Run(script(spec(layers.split("; "), shape="4", optimizer="sgd(0.1)")))
    before = run.weights()["dense/kernel"].copy()
    rng = np.random.default_rng(1)
    for _ in range(5):
        run.update(rng.normal(size=(8, 4)), rng.normal(size=(8, 2)))
    return before, run.weights()["dense/kernel"]


@pytest.mark.parametrize(
    "layers",
    [layers for layers, told in LAYERS.items() if told.startswith("weights of 0")],
)
def test_weights_of_0_before_relu_never_change(layers: str) -> None:
    before, after = kernels(layers)
    assert (before == after).all()


@pytest.mark.parametrize(
    "layers", [layers for layers, told in LAYERS.items() if told.startswith("all")]
)
def test_units_that_begin_alike_stay_alike(layers: str) -> None:
    _, after = kernels(layers.replace("tanh", "sigmoid"))
    assert np.allclose(after, after[:, :1], rtol=1e-12, atol=0)


@pytest.mark.parametrize("end", ["leaky_relu", "tanh", "relu, bias_initializer=ones"])
def test_units_that_are_0_may_learn(end: str) -> None:
    _, after = kernels(f"dense(3, {end}, {_ZEROS}); dense(2)")
    assert not np.allclose(after, after[:, :1])
