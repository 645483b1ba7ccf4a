"""Attention, beside the equations of the textbook."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from tests.scripts import Array, Run, Script, script, spec

close = np.testing.assert_allclose
#: The score of a query and a key, by the weights.
Score = Callable[[Array, Array, SimpleNamespace], float]
N, STEPS, WIDTH, HEADS, SIZE = 3, 5, 4, 2, 3


def made(layer: str, *, steps: int = STEPS, **more: str) -> tuple[Script, Run, Array]:
    """A script with this layer, its weights at random, and a batch."""
    s = script(
        spec([*layer.split("\n"), "dense(1)"], shape=f"{steps}, {WIDTH}", **more)
    )
    run, rng = Run(s), np.random.default_rng(3)
    run.parameters += rng.normal(0, 0.5, run.parameters.size)
    return s, run, rng.normal(size=(N, steps, WIDTH)).astype(run.parameters.dtype)


def softmax(x: Array) -> Array:
    y: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    return y / y.sum(axis=-1, keepdims=True)


def heads(run: Run, query: Array, value: Array, key: Array) -> tuple[Array, Array]:
    """The scores of all heads, and their values."""
    w = {name.partition("/")[2]: weight for name, weight in run.weights().items()}
    q, k, v = (
        np.einsum("btf,fhd->bhtd", x, w[f"{part}/kernel"]) + w[f"{part}/bias"][:, None]
        for part, x in (("query", query), ("key", key), ("value", value))
    )
    return np.einsum("bhtd,bhsd->bhts", q, k) / np.sqrt(q.shape[-1]), v


def output(run: Run, weights: Array, values: Array) -> Array:
    """What all heads together give."""
    w = {name.partition("/")[2]: weight for name, weight in run.weights().items()}
    mixed = np.einsum("bhts,bhsd->bthd", weights, values)
    kernel, bias = w["attention_output/kernel"], w["attention_output/bias"]
    result: Array = np.einsum("bthd,hdf->btf", mixed, kernel) + bias
    return result


def test_each_head_asks_with_a_scaled_product() -> None:
    s, run, x = made(f"multi_head_attention({HEADS}, {SIZE}) as it")
    scores, values = heads(run, x, x, x)
    close(s.forward(run.w, x).it, output(run, softmax(scores), values), rtol=1e-12)


def test_weights_have_the_shapes_and_names_of_keras() -> None:
    layers = [
        "dense(3) as q",
        "dense(4) as v from q",
        "dense(5) as k from q",
        "multi_head_attention(2, 3, 6, output_shape=7) from q, v, k",
    ]
    analysis = check(Source("a.nn", spec(layers, shape="4, 2")))
    assert analysis.model is not None
    weights = {w.name: w.shape for w in analysis.model.network.calls[-1].weights}
    assert weights == {
        "multi_head_attention/query/kernel": (3, 2, 3),
        "multi_head_attention/query/bias": (2, 3),
        "multi_head_attention/key/kernel": (5, 2, 3),
        "multi_head_attention/key/bias": (2, 3),
        "multi_head_attention/value/kernel": (4, 2, 6),
        "multi_head_attention/value/bias": (2, 6),
        "multi_head_attention/attention_output/kernel": (2, 6, 7),
        "multi_head_attention/attention_output/bias": (7,),
    }


def test_kernels_begin_as_those_of_matrices() -> None:
    """Heads count together: uniform in ±sqrt(6 / (features + heads * size))."""
    _, run, _ = made("multi_head_attention(8, 16)")
    run = Run(run.script)
    limits = {"query/kernel": WIDTH + 128, "attention_output/kernel": 128 + WIDTH}
    for name, fans in limits.items():
        kernel = run.weights()[f"multi_head_attention/{name}"]
        limit = (6 / fans) ** 0.5
        assert 0.95 * limit < np.abs(kernel).max() <= limit


def test_a_causal_step_does_not_see_later_ones() -> None:
    s, run, x = made(f"multi_head_attention({HEADS}, {SIZE}, causal=true) as it")
    before = s.forward(run.w, x).it.copy()
    for t in range(1, STEPS):
        other = x.copy()
        other[:, t:] = np.random.default_rng(t).normal(size=other[:, t:].shape)
        found = s.forward(run.w, other).it
        close(found[:, :t], before[:, :t], rtol=0, atol=1e-14)
        assert (np.abs(found[:, t:] - before[:, t:]).max(axis=-1) > 1e-6).all()
    scores, values = heads(run, x, x, x)
    scores = np.where(np.tri(STEPS), scores, -np.inf)
    close(before, output(run, softmax(scores), values), rtol=1e-12)


def test_a_dropout_is_drawn_anew_and_is_of_the_weights() -> None:
    s, run, x = made(f"multi_head_attention({HEADS}, {SIZE}, dropout=0.4) as it")
    a = s.forward(run.w, x, np.random.default_rng(0))
    weights, values = heads(run, x, x, x)
    mask = a.it_dropped / softmax(weights)
    assert mask.shape == (N, HEADS, STEPS, STEPS)
    assert {*np.unique(mask.round(9)).tolist()} == {0.0, round(1 / 0.6, 9)}
    assert (mask[:, 0].round(9) != mask[:, 1].round(9)).any()
    close(a.it, output(run, softmax(weights) * mask, values), rtol=1e-12)
    close(s.forward(run.w, x).it, output(run, softmax(weights), values), rtol=1e-12)
    assert s.gradcheck() == 0


@pytest.mark.parametrize(
    ("layer", "score"),
    [
        ("attention", lambda q, k, w: q @ k),
        ("attention(true)", lambda q, k, w: w.it_scale * (q @ k)),
        (
            "attention(true, concat)",
            lambda q, k, w: (
                w.it_concat_score_weight * np.tanh(w.it_scale * (q + k)).sum()
            ),
        ),
        (
            "attention(score_mode=concat)",
            lambda q, k, w: w.it_concat_score_weight * np.tanh(q + k).sum(),
        ),
        ("additive_attention", lambda q, k, w: w.it_scale @ np.tanh(q + k)),
        ("additive_attention(false)", lambda q, k, w: np.tanh(q + k).sum()),
    ],
)
@pytest.mark.parametrize("causal", [False, True])
def test_scores_are_products_or_sums(layer: str, score: Score, causal: bool) -> None:
    given = layer if layer.endswith(")") else f"{layer}()"
    told = f"causal={str(causal).lower()})".removeprefix("causal=false")
    given = given.removesuffix(")") + ", " * (causal and "()" not in given) + told
    s, run, x = made(f"{given} as it")
    found = s.forward(run.w, x).it
    pairs = [[[score(q, k, run.w) for k in rows] for q in rows] for rows in x]
    scores = np.where(np.tri(STEPS), pairs, -np.inf) if causal else np.array(pairs)
    close(found, softmax(scores) @ x, rtol=1e-12)
    assert s.gradcheck() == 0


def test_heads_of_a_group_share_keys_and_values() -> None:
    """As heads each with a key and a value of its own, if these are alike."""
    s, run, x = made("group_query_attention(3, 4, 2) as it")
    w = run.weights()
    for part in ("key", "value"):
        for name in ("kernel", "bias"):
            alike = np.repeat(w[f"it/{part}/{name}"], 2, axis=-2)
            w[f"it/{part}/{name}"] = alike
    other, apart, _ = made("multi_head_attention(4, 3) as it")
    for name, weight in apart.weights().items():
        weight[...] = w[name]
    close(s.forward(run.w, x).it, other.forward(apart.w, x).it, rtol=1e-12)


@pytest.mark.parametrize("layer", ["attention", "additive_attention"])
def test_a_dropout_leaves_weights_out(layer: str) -> None:
    s, run, x = made(f"{layer}(dropout=0.4) as it")
    a = s.forward(run.w, x, np.random.default_rng(0))
    mask = a.it_dropped / a.it_weights
    assert {*np.unique(mask.round(9)).tolist()} == {0.0, round(1 / 0.6, 9)}
    close(a.it, a.it_dropped @ x, rtol=1e-12)
    assert s.gradcheck() == 0


def test_a_step_that_fills_up_is_answered_by_0() -> None:
    layers = ["embedding(8, 4, mask_zero=true)", "attention as it", "flatten"]
    s = script(spec([*layers, "dense(1)"], shape="4"))
    a = s.forward(Run(s).w, np.array([[1, 2, 0, 3]]))
    assert (a.it[0, 2] == 0).all() and (a.it_weights[..., 2] == 0).all()
    assert s.gradcheck() == 0


def test_a_value_that_attends_to_another_goes_by_the_mask_of_that() -> None:
    layers = [
        "embedding(8, 3, mask_zero=true) as v",
        "dense(3)",
        "conv1d(3, 2, padding=same) as q",
        "multi_head_attention(2, 3) as it from q, v",
        "global_average_pooling1d",
    ]
    s = script(spec([*layers, "dense(1)"], shape="5"))
    run, x = Run(s), np.array([[3, 1, 4, 1, 5]])
    a = s.forward(run.w, x * (x != 4))
    assert (a.it_weights[..., 2] == 0).all() and (a.it_weights[..., 0] > 0).all()
    assert "it" not in s.model.network.masks


@pytest.mark.parametrize("rate", ["0.0", "0.4"])
def test_a_query_that_is_padding_passes_nothing_back(rate: str) -> None:
    """Its row is masked as a whole: the mean of all values, or with a dropout 0."""
    layers = ["embedding(8, 4, mask_zero=true) as e"]
    layers += [f"multi_head_attention(2, 3, dropout={rate}) as it", "flatten"]
    s = script(spec([*layers, "dense(1)"], shape="4"))
    run = Run(s)
    a = s.forward(run.w, np.array([[1, 2, 0, 0], [0, 0, 0, 0]]))
    padded = a.it_weights[0, :, 2:], a.it_weights[1]
    assert all((rows == (0.25 if rate == "0.0" else 0.0)).all() for rows in padded)
    assert s.gradcheck() == 0


@pytest.mark.parametrize("more", ["", ", causal=true"])
def test_single_precision(more: str) -> None:
    """It stays single, comes close to double precision, and large scores do no harm."""
    layer = f"multi_head_attention({HEADS}, {SIZE}{more}) as it"
    _, run, x = made(layer)
    small = Run(made(layer, more="")[0])
    small.parameters[...] = run.parameters
    run.parameters[...] = small.parameters
    x = x.astype(np.float32).astype(float)
    y = np.ones((N, STEPS, 1))
    a = run.update(x, y)
    b = small.update(x.astype(np.float32), y.astype(np.float32))
    arrays = (*vars(b).values(), *vars(small.dw).values())
    kinds = {v.dtype for v in arrays if isinstance(v, np.ndarray)}
    assert kinds == {np.dtype(np.float32)}
    close(b.it, a.it, rtol=1e-5, atol=1e-6)
    close(small.gradients, run.gradients, rtol=1e-4, atol=1e-5)
    large = small.script.forward(small.w, np.float32(1e4) * x.astype(np.float32))
    assert np.isfinite(large.it).all()


@pytest.mark.parametrize(
    ("layers", "shape", "told"),
    [
        (["multi_head_attention(2, 3)"], "5", "needs sequences of shape"),
        (
            ["flatten as f", "multi_head_attention(2, 3)"],
            "5, 4",
            "needs sequences of shape (steps, features), got (20,)",
        ),
        (
            [
                "linear as a",
                "cropping1d(1) as b",
                "multi_head_attention(1, 2) from a, a, b",
            ],
            "5, 4",
            "needs a key for each value",
        ),
        (
            [
                "linear as a",
                "reshape(5, 2, 2) as b",
                "multi_head_attention(1, 2) from a, b",
            ],
            "5, 4",
            "with as many axes, got (5, 4) and (5, 2, 2)",
        ),
        (
            ["multi_head_attention(1, 2, attention_axes=1)"],
            "5, 4, 3",
            "over all steps of (5, 4, 3) only",
        ),
        (
            ["multi_head_attention(1, 2, causal=true)"],
            "5, 4, 3",
            "`causal` is for sequences of shape (steps, features)",
        ),
        (
            ["dense(2) as a", "dense(3) as b", "attention from a, b"],
            "5, 4",
            "those have 2 features, these 3",
        ),
        (["additive_attention"], "5, 4, 3", "`additive_attention` needs sequences"),
        (["group_query_attention(2, 2, 1)"], "5, 4, 3", "needs sequences of shape"),
        (["group_query_attention(2, 3, 2)"], "5, 4", "cannot be shared by 3 queries"),
        (
            [
                "dense(2) as a",
                "dense(3) as b",
                "group_query_attention(2, 2, 1) from a, b",
            ],
            "5, 4",
            "as many features in its query as in its values",
        ),
        (
            ["dense(2) as a", "multi_head_attention(1, 2) from a, a, a, a"],
            "5, 4",
            "takes one value to 3, and here there are 4",
        ),
    ],
)
def test_what_is_told(layers: list[str], shape: str, told: str) -> None:
    found = check(Source("a.nn", spec(layers, shape=shape))).diagnostics
    assert [told in d.message for d in found] == [True]
    assert all(d.help for d in found)
