"""Layers of one's own, in scripts: beside those of the language."""

from __future__ import annotations

import numpy as np
import pytest

import nnspec
from tests.formulas.layers import LAYERS, definition, of
from tests.formulas.test_activations import told
from tests.scripts import Array, Script, script, spec

#: A layer of one's own, and the same of the language.
PAIRS = [
    ("batch_norm", "batch_normalization"),
    ("layer_norm", "layer_normalization"),
    ("fully", "dense(4, tanh)"),
]


def weights_of(s: Script, seed: int) -> dict[str, Array]:
    """Weights at random, positive as variances are."""
    rng = np.random.default_rng(seed)
    return {n: rng.uniform(0.5, 1.5, shape) for n, shape in s.module.SHAPES.items()}


def computed(
    s: Script, w: dict[str, Array], x: Array, y: Array, *, training: bool
) -> tuple[Array, dict[str, Array], dict[str, Array]]:
    """Outputs, gradients and weights afterwards."""
    views, dw = (s.module.views(np.zeros(s.module.PARAMETERS)) for _ in range(2))
    for name, array in zip(s.module.SHAPES, vars(views).values(), strict=True):
        array[...] = w[name]
    a, da = s.batch(x)
    rng = [np.random.default_rng(0) if training else None] if s.random else []
    s.module.forward(views, a, *rng)
    output = getattr(a, s.prediction).copy()
    s.module.backward(views, dw, a, da, y)
    return output, dict(vars(dw)), dict(vars(views))


@pytest.mark.parametrize(("own", "known"), PAIRS)
@pytest.mark.parametrize("shape", ["5", "3, 5", "2, 3, 4"])
@pytest.mark.parametrize("training", [True, False])
def test_own_layer_is_that_of_the_language(
    own: str, known: str, shape: str, training: bool
) -> None:
    axes = shape.count(",") + 1
    text = definition(own, axes)
    mine = script(f"{text}\n" + spec(["dense(4)", f"{own} as it"], shape=shape))
    theirs = script(spec(["dense(4)", f"{known} as it"], shape=shape))
    assert {*mine.module.SHAPES.items()} == {*theirs.module.SHAPES.items()}
    rng = np.random.default_rng(1)
    x, y = mine.samples(rng, 6), mine.labels(rng, 6)
    w = weights_of(mine, 2)
    results = [computed(s, w, x, y, training=training) for s in (mine, theirs)]
    (y1, g1, w1), (y2, g2, w2) = results
    np.testing.assert_allclose(y1, y2, rtol=1e-12, atol=1e-13)
    for name in g2 if training else ():  # the way back is that of training
        np.testing.assert_allclose(g1[name], g2[name], rtol=1e-10, atol=1e-12)
    for name in w2:
        np.testing.assert_allclose(w1[name], w2[name], rtol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_derivatives_are_those_of_central_differences(name: str) -> None:
    assert script(of(name)).gradcheck() == 0


@pytest.mark.parametrize("name", LAYERS)
def test_bare_scripts_have_the_same_lines(name: str) -> None:
    text = of(name)
    whole, bare = nnspec.compile(text), nnspec.compile(text, bare=True)
    begin = whole.index(f"    # {name}(")
    line = whole[begin:].splitlines()[-1]
    assert f"# {name}(" in bare
    assert line


def test_dropouts_draw_in_training_alone() -> None:
    s = script(of("low_rank"))
    w = s.module.views(np.zeros(s.module.PARAMETERS))
    s.module.initialize(w, np.random.default_rng(0))
    x = s.samples(np.random.default_rng(0), 200)
    a, _ = s.batch(x)
    s.module.forward(w, a, np.random.default_rng(1))
    masks = a.low_rank_mask
    assert {*np.unique(masks).round(6)} == {0.0, 1.25}
    assert 0.15 < (masks == 0).mean() < 0.25
    np.testing.assert_array_equal(s.predict(w, x), s.predict(w, x))


def test_frozen_layers_go_by_their_running_means() -> None:
    text = of("batch_norm", "batch_norm(trainable=false)")
    assert script(text).gradcheck() == 0
    code = nnspec.compile(text)
    assert "np.mean(a.dense" not in code
    assert "batch_norm_gamma" in code


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        (
            "layer own(x) {\n  w = weight((size(x), 3))\n  x @ transpose(w)\n}",
            "shape-mismatch `x @ transpose(w)`: the shapes (4,) and (3, 4) do not go "
            "together in `@` (the last axis of the first has 4 values, the last but "
            "one of the second 3)",
        ),
        (
            "layer own(x) {\n  w = weight(3)\n  x + w\n}",
            "shape-mismatch `x + w`: the shapes (4,) and (3,) do not go together (from "
            "the last axis on, both must have the same size, or one of them 1)",
        ),
        (
            "layer own(x) = reshape(x, 3, -1)",
            "shape-mismatch `reshape(x, 3, -1)`: the 4 values of (4,) do not make up "
            "(3, -1)",
        ),
        (
            "layer own(x) = mean(x, axis=batch)",
            "formula `batch`: `axis=batch` stands only within `moving`, as no "
            "prediction depends on the samples beside it (write `NAME = "
            "moving(mean(..., axis=batch))`)",
        ),
        (
            "layer own(x) {\n  m = moving(mean(x))\n  x - m\n}",
            "formula `mean(x)`: `m` has a value for each sample; a running mean has "
            "one (reduce it over the samples: `mean(..., axis=batch)`)",
        ),
        (
            "layer own(x) {\n  w = weight(size(x), one)\n  x * w\n}",
            "unknown-initializer `one`: there is no initializer called `one` "
            "(did you mean `ones`?)",
        ),
        (
            "layer own(x) {\n  w = weight(x)\n  x * w\n}",
            "formula `x`: an integer is needed here, got what is known only when the "
            "script runs",
        ),
        (
            "layer own(x) {\n  w = weight()\n  x * w\n}",
            "missing-argument `weight`: `weight` needs `shape`, an integer of at least "
            "1, or a list of such (for example `weight((size(x), 8))`)",
        ),
        (
            "layer own(x) = dropout(x, 2)",
            "argument-type `dropout(x, 2)`: a rate is from 0 to below 1, got 2",
        ),
        (
            "layer own(x, trainable=true) = x",
            "name-taken `own`: no parameter is called `trainable`: every use of a "
            "layer takes it (remove it)",
        ),
        (
            "layer own(x) = sum(x)",
            "shape-mismatch `own`: `own` leaves no axis (keep one: `reshape(1)`)",
        ),
        (
            "layer own() = 2",
            "formula `own`: a layer takes a value, got none (write `layer NAME(x) = "
            "...`; parameters with a default are settings)",
        ),
    ],
)
def test_what_is_told_of_a_layer(definition: str, message: str) -> None:
    found = told(f"{definition}\n" + spec(["dense(4)", "own", "dense(2)"]))
    assert found[:1] == [message]
    assert len(found) == 1


MIX = """\
layer mix(a, b, share=0.3) {
  w = weight((size(b), size(a)))
  share * a + tanh(b @ w)
}
"""


def test_a_layer_of_several_values_is_checked_by_central_differences() -> None:
    layers = ["dense(4, relu) as one", "dense(3, tanh) as two", "mix from one, two"]
    assert script(MIX + spec([*layers, "dense(2)"])).gradcheck() == 0
    twice = [*layers[:2], "mix(0.5) from one, one", "dense(2)"]
    assert script(MIX + spec([*twice[:1], *twice[2:]])).gradcheck() == 0


def test_layers_that_nothing_uses_are_told_of() -> None:
    text = "layer own(x) = x @ x @ y\n" + spec(["dense(4, tanh)"])
    assert told(text) == [
        "unused-definition `own`: nothing uses `own`, so what is in it is not checked "
        "(use it, or remove it)"
    ]
