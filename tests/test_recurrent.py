"""Recurrent layers, beside the equations of the textbook."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from tests.scripts import Array, Run, Script, script, spec

close = np.testing.assert_allclose
N, STEPS, WIDTH, UNITS = 4, 6, 3, 2


def made(layer: str, **more: str) -> tuple[Script, Run, Array]:
    """A script with this layer, its weights at random, and a batch."""
    s = script(spec([layer, "dense(1)"], shape=f"{STEPS}, {WIDTH}", **more))
    run, rng = Run(s), np.random.default_rng(3)
    run.parameters += rng.normal(0, 0.5, run.parameters.size)
    return s, run, rng.normal(size=(N, STEPS, WIDTH)).astype(run.parameters.dtype)


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def test_an_lstm_has_its_gates_in_the_order_i_f_g_o() -> None:
    s, run, x = made(f"lstm({UNITS}) as it")
    w = run.w
    h = c = np.zeros((N, UNITS))
    for t in range(STEPS):
        z = x[:, t] @ w.it_kernel + h @ w.it_recurrent_kernel + w.it_bias
        i, f, g, o = np.split(z, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    close(s.forward(w, x).it, h, rtol=1e-12)


UNROLLED = """
layer unrolled(x, units=2) {
  kernel = weight((size(x), 4 * units))
  recurrent_kernel = weight((units, 4 * units))
  bias = weight(4 * units)
  z1 = slice(x, 0, 1, axis=0) @ kernel + bias
  c1 = sigmoid(slice(z1, 0, 2)) * tanh(slice(z1, 4, 6))
  h1 = sigmoid(slice(z1, 6, 8)) * tanh(c1)
  z2 = slice(x, 1, 2, axis=0) @ kernel + h1 @ recurrent_kernel + bias
  c2 = sigmoid(slice(z2, 2, 4)) * c1 + sigmoid(slice(z2, 0, 2)) * tanh(slice(z2, 4, 6))
  h2 = sigmoid(slice(z2, 6, 8)) * tanh(c2)
  z3 = slice(x, 2, 3, axis=0) @ kernel + h2 @ recurrent_kernel + bias
  c3 = sigmoid(slice(z3, 2, 4)) * c2 + sigmoid(slice(z3, 0, 2)) * tanh(slice(z3, 4, 6))
  sigmoid(slice(z3, 6, 8)) * tanh(c3)
}
"""


def test_the_loop_is_what_its_steps_are_one_by_one() -> None:
    """Values and gradients are those of a formula that has each step written out."""
    looped = script(spec([f"lstm({UNITS}) as it", "dense(1)"], shape="3, 4"))
    written = spec(["unrolled as it", "flatten", "dense(1)"], shape="3, 4")
    unrolled = script(UNROLLED + written)
    one, other, rng = Run(looped), Run(unrolled), np.random.default_rng(2)
    one.parameters += rng.normal(0, 0.5, one.parameters.size)
    other.parameters[...] = one.parameters
    assert looped.module.SHAPES == unrolled.module.SHAPES
    x, y = rng.normal(size=(N, 3, 4)), np.ones((N, 1))
    a, b = one.update(x, y), other.update(x, y)
    found, expected = (
        getattr(r, s.prediction) for r, s in ((a, looped), (b, unrolled))
    )
    close(found, expected, rtol=1e-12)
    close(one.gradients, other.gradients, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "layer", ["lstm(2)", "lstm(2, use_bias=false, go_backwards=true)", "simple_rnn(2)"]
)
def test_steps_in_parts_give_what_they_give_at_once(
    layer: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large batches have parts: of ten steps three and one, of three one each."""
    for steps in (10, 3):
        text = spec(["dense(3)", layer, "dense(1)"], shape=f"{steps}, 3")
        large = text.replace("precision", "batch_size = 2_000_000\n  precision")
        at_once, in_parts = script(text), script(large)
        monkeypatch.setattr(in_parts.module, "THREADS", threads)
        assert not hasattr(at_once.module, "meanwhile")
        one, other, rng = Run(at_once), Run(in_parts), np.random.default_rng(2)
        x, y = rng.normal(size=(N, steps, 3)), np.ones((N, 1))
        one.update(x, y)
        other.update(x, y)
        close(other.gradients, one.gradients, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("after", [True, False])
def test_a_gru_resets_after_or_before_the_product(after: bool) -> None:
    s, run, x = made(f"gru({UNITS}, reset_after={str(after).lower()}) as it")
    w = run.w
    bx, bh = w.it_bias if after else (w.it_bias, 0.0)
    kernel, h = w.it_recurrent_kernel, np.zeros((N, UNITS))
    for t in range(STEPS):
        xz, xr, xg = np.split(x[:, t] @ w.it_kernel + bx, 3, axis=1)
        hz, hr, hg = np.split(h @ kernel + bh, 3, axis=1)
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        inner = r * hg if after else (r * h) @ kernel[:, 2 * UNITS :]
        h = z * h + (1 - z) * np.tanh(xg + inner)
    close(s.forward(w, x).it, h, rtol=1e-12)


@pytest.mark.parametrize("layer", ["simple_rnn", "lstm", "gru"])
def test_sequences_and_directions(layer: str) -> None:
    """The last step of a sequence is what comes out without it; backwards likewise."""
    s, run, x = made(f"{layer}({UNITS}) as it")
    last = s.forward(run.w, x).it
    text = spec(
        [
            f"{layer}({UNITS}, return_sequences=true, go_backwards=true) as it",
            "dense(1)",
        ],
        shape=f"{STEPS}, {WIDTH}",
    )
    backwards = script(text)
    found = backwards.forward(run.w, x[:, ::-1]).it
    assert found.shape == (N, STEPS, UNITS)
    close(found[:, -1], last, rtol=1e-12)


@pytest.mark.parametrize("layer", ["simple_rnn", "lstm", "gru"])
def test_a_dropout_is_the_same_at_all_steps(layer: str) -> None:
    s, run, x = made(f"{layer}({UNITS}, dropout=0.5) as it")
    a = s.forward(run.w, x, np.random.default_rng(0))
    assert a.it_mask.shape == (N, WIDTH)
    assert set(a.it_mask.ravel().tolist()) == {0.0, 2.0}
    result = a.it.copy()
    close(s.forward(run.w, x * a.it_mask[:, None]).it, result, rtol=1e-12)
    assert s.gradcheck() == 0
    twice = s.forward(run.w, x, np.random.default_rng(0)).it
    close(twice, result, rtol=0)


@pytest.mark.parametrize("dropout", ["0.0", "0.4"])
@pytest.mark.parametrize("layer", ["simple_rnn", "lstm", "gru", "gru before"])
def test_a_recurrent_dropout_has_a_mask_for_each_gate(layer: str, dropout: str) -> None:
    """As if each gate were a layer that is given its own input and state."""
    layer, *before = layer.split()
    after, more = not before, ", reset_after=false" * len(before)
    rates = f"dropout={dropout}, recurrent_dropout=0.5{more}"
    s, run, x = made(f"{layer}({UNITS}, {rates}) as it")
    a = s.forward(run.w, x, np.random.default_rng(0))
    gates, w = a.it_gates.shape[2] // UNITS, run.w
    assert a.it_masks.shape == (gates, N, UNITS)
    assert {*a.it_masks.ravel().tolist()} == {0.0, 2.0}
    inputs = getattr(a, "it_mask", np.ones((gates, N, WIDTH)))
    assert len(np.unique(a.it_masks, axis=0)) == gates
    bias = w.it_bias if layer != "gru" or not after else w.it_bias[0]
    kernels = np.split(w.it_kernel, gates, axis=1)
    recurrent = np.split(w.it_recurrent_kernel, gates, axis=1)
    h = c = np.zeros((N, UNITS))
    for t in range(STEPS):
        sums = [(x[:, t] * m) @ k for m, k in zip(inputs, kernels, strict=True)]
        states = [(h * m) @ k for m, k in zip(a.it_masks, recurrent, strict=True)]
        z = np.split(np.hstack(sums) + bias, gates, axis=1)
        if layer == "gru" and not after:
            update, reset = (sigmoid(z[k] + states[k]) for k in (0, 1))
            last = (reset * h * a.it_masks[2]) @ recurrent[2]
            h = update * h + (1 - update) * np.tanh(z[2] + last)
            continue
        if layer == "gru":
            inner = np.split(np.hstack(states) + w.it_bias[1], gates, axis=1)
            update, reset = (sigmoid(z[k] + inner[k]) for k in (0, 1))
            h = update * h + (1 - update) * np.tanh(z[2] + reset * inner[2])
            continue
        z = [one + other for one, other in zip(z, states, strict=True)]
        if layer == "simple_rnn":
            h = np.tanh(z[0])
            continue
        c = sigmoid(z[1]) * c + sigmoid(z[0]) * np.tanh(z[2])
        h = sigmoid(z[3]) * np.tanh(c)
    close(a.it, h, rtol=1e-12)
    assert s.gradcheck() == 0
    used = s.forward(run.w, x).it.copy()
    plain, other, _ = made(f"{layer}({UNITS}{more}) as it")
    other.parameters[...] = run.parameters
    close(used, plain.forward(other.w, x).it, rtol=1e-12)


@pytest.mark.parametrize(
    "layer", ["simple_rnn", "lstm", "gru", "gru(2, reset_after=false)"]
)
def test_single_precision(layer: str) -> None:
    """It stays single, and comes close to double precision."""
    layer = layer if "(" in layer else f"{layer}({UNITS})"
    _, run, x = made(f"{layer} as it")
    single = script(
        spec([f"{layer} as it", "dense(1)"], shape=f"{STEPS}, {WIDTH}", more="")
    )
    small = Run(single)
    small.parameters[...] = run.parameters
    y = np.ones((N, 1))
    a = run.update(x, y)
    b = small.update(x.astype(np.float32), y.astype(np.float32))
    arrays = (*vars(b).values(), *vars(small.dw).values())
    assert {v.dtype for v in arrays if isinstance(v, np.ndarray)} == {
        np.dtype(np.float32)
    }
    close(b.it, a.it, rtol=1e-5, atol=1e-6)
    close(small.gradients, run.gradients, rtol=1e-4, atol=1e-5)


def test_the_gate_that_forgets_is_open_at_first() -> None:
    for given, first in (("", 1.0), ("unit_forget_bias=false", 0.0)):
        s = script(spec([f"lstm(2, {given}) as it", "dense(1)"], shape="4, 3"))
        assert Run(s).w.it_bias.tolist() == [0, 0, first, first, 0, 0, 0, 0]
    run = Run(script(spec(["lstm(3) as it", "dense(1)"], shape="4, 2")))
    kernel = run.w.it_recurrent_kernel
    close(kernel @ kernel.T, np.eye(3), atol=1e-12)  # one matrix for all gates


#: Derivatives by the sum, by a gate that is not kept, and by all units of a gate.
WITHIN = (
    ("gelu", "threshold(0.1, 0.0)"),
    ("silu", "softmax"),
    ("sparsemax", "mish"),
    ("bent", "bent(slope=0.3)"),
)
LAYERS = ("simple_rnn({0})", "lstm({0}, {1})", "gru({0}, {1})")
OWN = """activation bent(x, slope=0.1) {
  dy = tanh(x)
  where(x > 0, x * sigmoid(x), slope * x) * dy
}
"""


@pytest.mark.share(3)
@pytest.mark.parametrize("both", WITHIN)
@pytest.mark.parametrize(
    "layer", [*LAYERS, "gru({0}, {1}, reset_after=false)", "bidirectional(gru({0}))"]
)
def test_any_activation_acts_within(layer: str, both: tuple[str, str]) -> None:
    """Its derivative is right, also beside the same one within another layer."""
    call = layer.replace("({0}", "(3, {0}").format(*both)
    layers = ["dense(3)", call, "dense(1)"]
    if "bidirectional" not in call:
        layers[1:2] = [call.removesuffix(")") + ", return_sequences=true)", call]
    text = OWN * ("bent" in call) + spec(layers, shape="4, 3")
    assert script(text).gradcheck() == 0


def test_an_activation_within_gives_what_it_gives_elsewhere() -> None:
    """The units of each gate add up to 1 by themselves."""
    s, run, x = made("lstm(3, gelu, softmax) as it")
    w, softmax = run.w, lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    gelu = np.vectorize(lambda v: v * (1 + math.erf(v / math.sqrt(2))) / 2)
    h = c = np.zeros((N, 3))
    for t in range(STEPS):
        z = x[:, t] @ w.it_kernel + h @ w.it_recurrent_kernel + w.it_bias
        i, f, g, o = np.split(z, 4, axis=1)
        c = softmax(f) * c + softmax(i) * gelu(g)
        h = softmax(o) * gelu(c)
    close(s.forward(w, x).it, h, rtol=1e-12)


def test_a_seed_of_its_own_draws_the_same_whatever_the_training_draws() -> None:
    rates = "dropout=0.5, recurrent_dropout=0.5"
    one, run, x = made(f"gru(2, {rates}, seed=4) as it")
    first, other = (
        one.forward(run.w, x, np.random.default_rng(seed)) for seed in (0, 1)
    )
    np.testing.assert_array_equal(first.it_mask, other.it_mask)
    np.testing.assert_array_equal(first.it_masks, other.it_masks)
    third = one.forward(run.w, x, np.random.default_rng(0), one.module.seeded(2))
    assert (third.it_masks != first.it_masks).any()


def test_a_summing_activation_sums_over_units() -> None:
    text = spec(
        ["conv_lstm1d(2, 2, activation=softmax(axis=1))", "dense(1)"], shape="4, 3, 2"
    )
    found = check(Source("a.nn", text)).diagnostics
    assert "has to sum over the last axis" in found[0].message


@pytest.mark.parametrize("merge", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("layer", ["simple_rnn", "lstm", "gru"])
def test_both_directions_are_two_layers_and_their_merge(layer: str, merge: str) -> None:
    inner = f"{layer}({UNITS}, return_sequences=true)"
    s, run, x = made(f"bidirectional({inner}, {merge}) as it")
    one = script(spec([f"{inner} as it", "dense(1)"], shape=f"{STEPS}, {WIDTH}"))
    w, found = Run(one).w, []
    for direction, steps in (("forward", x), ("backward", x[:, ::-1])):
        for name in ("kernel", "recurrent_kernel", "bias"):
            of = getattr(run.w, f"it_{direction}_{layer}_{name}")
            getattr(w, f"it_{name}")[...] = of
        found.append(one.forward(w, steps).it.copy())
    a, b = found[0], found[1][:, ::-1]
    expected = {
        "concat": np.concatenate([a, b], axis=-1),
        "sum": a + b,
        "mul": a * b,
        "ave": (a + b) / 2,
    }
    close(s.predict(run.w, x), expected[merge] @ run.w.dense_kernel + run.w.dense_bias)


def test_weights_within_a_wrapper_are_frozen_by_either_of_the_two() -> None:
    for layer in (
        f"bidirectional(lstm({UNITS}), trainable=false) as it",
        f"bidirectional(lstm({UNITS}, trainable=false)) as it",
    ):
        s, run, x = made(layer)
        before = run.w.it_backward_lstm_kernel.copy()
        run.update(x, np.ones((N, 1)))
        assert (run.w.it_backward_lstm_kernel == before).all()
        assert s.model.network.trainable_parameters == 2 * UNITS + 1
        assert s.gradcheck() == 0


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ("bidirectional(dense(3))", "shape-mismatch"),
        ("bidirectional(bidirectional(lstm(2)))", "shape-mismatch"),
        ("bidirectional(lstm(2, go_backwards=true))", "argument-conflict"),
        ("bidirectional(lstn(2))", "unknown-layer"),
        ("bidirectional", "missing-argument"),
        ("bidirectional(3)", "argument-type"),
    ],
)
def test_what_bidirectional_is_not_around(layer: str, code: str) -> None:
    text = spec([layer, "dense(1)"], shape="4, 3")
    (error,) = check(Source("a.nn", text)).diagnostics
    assert error.code == code
