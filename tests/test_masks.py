"""Masks of sequences: steps that fill up are passed over."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from tests.scripts import Array, Run, script, spec

close = np.testing.assert_allclose
LENGTH, N = 6, 4
LAYERS = [
    "simple_rnn(3)",
    "lstm(3)",
    "gru(3)",
    "gru(3, reset_after=false)",
    "global_average_pooling1d",
    "global_average_pooling1d(keepdims=true)\nflatten",
]
ATTENTION = [
    "multi_head_attention(2, 3)\nglobal_average_pooling1d",
    "multi_head_attention(2, 3, causal=true)\nlstm(2)",
    "group_query_attention(3, 4, 2)\nglobal_average_pooling1d",
    "attention(true)\nglobal_average_pooling1d",
    "attention(score_mode=concat)\nglobal_average_pooling1d",
    "additive_attention(causal=true)\nlstm(2)",
]


def ids(lengths: list[int]) -> Array:
    """Sequences of these lengths, filled up with 0."""
    rng = np.random.default_rng(1)
    x = rng.integers(1, 8, size=(len(lengths), LENGTH))
    return np.where(np.arange(LENGTH) < np.array(lengths)[:, None], x, 0)


def text(layer: str, length: int, first: str = "mask_zero=true") -> str:
    layers = [f"embedding(8, 3, {first})", "dense(3, tanh)", layer, "dense(2)"]
    return spec(layers, shape=str(length))


@pytest.mark.share(7)
@pytest.mark.parametrize("layer", LAYERS + ATTENTION)
@pytest.mark.parametrize("length", range(1, LENGTH))
def test_a_padded_sequence_is_as_good_as_the_shorter_one(
    layer: str, length: int
) -> None:
    """Its outputs and gradients are those of a network that takes the shorter one."""
    padded, short = Run(script(text(layer, LENGTH))), Run(script(text(layer, length)))
    short.parameters[...] = padded.parameters
    x, y = ids([length] * N), np.ones((N, 2))
    assert padded.script.text.count("padded") or "average" in layer
    a, b = padded.update(x, y), short.update(x[:, :length], y)
    found, expected = (getattr(c, padded.script.prediction) for c in (a, b))
    close(found, expected, rtol=1e-12)
    close(padded.gradients, short.gradients, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("layer", LAYERS[:4] + ATTENTION)
def test_steps_before_and_within_are_passed_over_too(layer: str) -> None:
    s, short = Run(script(text(layer, LENGTH))), Run(script(text(layer, 3)))
    x, y = np.array([[0, 5, 0, 2, 7, 0]]), np.ones((1, 2))
    short.parameters[...] = s.parameters
    a, b = s.update(x, y), short.update(x[x > 0][None], y)
    found, expected = (getattr(c, s.script.prediction) for c in (a, b))
    close(found, expected, rtol=1e-12)
    close(s.gradients, short.gradients, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("layer", LAYERS[:4])
def test_padded_steps_carry_the_state_over(layer: str) -> None:
    kept = layer.replace(
        ")", ", return_sequences=true) as it\nglobal_average_pooling1d"
    )
    s = script(text(kept, LENGTH))
    run = Run(s)
    x = ids([2, 0, 6, 1])
    y = s.forward(run.w, x).it
    close(y[0, 1:], np.broadcast_to(y[0, 1], (LENGTH - 1, 3)), rtol=0)
    assert (y[1] == 0).all()
    assert s.gradcheck() == 0


def test_the_mean_of_no_steps_is_0() -> None:
    s = script(text("global_average_pooling1d as it", LENGTH))
    run = Run(s)
    a = s.forward(run.w, ids([0, 3]))
    assert (a.it[0] == 0).all() and np.isfinite(a.it).all()


def test_masking_takes_steps_of_one_value_for_padding() -> None:
    layers = ["masking(-1) as m", "lstm(2, go_backwards=true)", "dense(1)"]
    s, short = (script(spec(layers, shape=f"{n}, 2")) for n in (5, 3))
    run, other = Run(s), Run(short)
    other.parameters[...] = run.parameters
    x = np.random.default_rng(0).normal(size=(3, 5, 2))
    x[:, 3:] = -1
    x[0, 0, 0] = -1  # not all values of that step
    a, b = run.update(x, np.ones((3, 1))), other.update(x[:, :3], np.ones((3, 1)))
    assert (a.m[:, 3:] == 0).all()
    close(a.lstm, b.lstm, rtol=1e-12)
    close(run.gradients, other.gradients, rtol=1e-10)


def test_a_mask_that_nobody_uses_is_not_made() -> None:
    s = script(text("global_max_pooling1d", LENGTH))
    assert "embedding_mask" not in s.text


def test_merges_pass_a_mask_on_that_both_have() -> None:
    layers = [
        "embedding(8, 3, mask_zero=true) as e",
        "dense(3, tanh)",
        "add(e)",
        "concatenate(e)",
        "lstm(2)",
        "dense(1)",
    ]
    s = script(spec(layers, shape=str(LENGTH)))
    assert {"concatenate", "add", "dense"} <= {*s.model.network.masks}
    assert s.gradcheck() == 0


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        (["flatten"], "mask-dropped"),
        (["conv1d(3, 2)", "global_average_pooling1d"], "mask-dropped"),
        (["layer_normalization", "dropout(0.1)", "relu", "lstm(2)"], ""),
        (["batch_normalization", "lstm(2)"], "not-supported-yet"),
        (["lstm(2, return_sequences=true)", "dense(1)"], "not-supported-yet"),
        (["reshape(6, 3)", "lstm(2)"], ""),
    ],
)
def test_what_is_told_of_masks(layers: list[str], told: str) -> None:
    source = spec(["embedding(8, 3, mask_zero=true)", *layers], shape=str(LENGTH))
    found = [d.code for d in check(Source("a.nn", source)).diagnostics]
    assert found == [told] * bool(told)
