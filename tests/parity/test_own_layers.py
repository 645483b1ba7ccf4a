"""Layers of one's own beside what JAX computes and derives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.formulas.layers import of
from tests.formulas.test_layers import weights_of
from tests.scripts import script

jax.config.update("jax_enable_x64", True)
Weights = dict[str, Any]


def _tanh(x: Any) -> Any:
    """JAX's own is off by 1e-8."""
    return 1 - 2 / (jnp.exp(2 * x) + 1)


def _attention(x: Any, w: Weights) -> Any:
    def heads(a: Any) -> Any:
        return a.reshape(*a.shape[:2], 2, 3)

    q, k, v = (heads(x @ w[name]) for name in ("query", "key", "value"))
    scores = jnp.einsum("bqhd,bkhd->bhqk", q, k) / jnp.sqrt(3.0)
    before = jnp.tril(jnp.ones(scores.shape[-2:], bool))
    shares = jax.nn.softmax(jnp.where(before, scores, -jnp.inf))
    found = jnp.einsum("bhqk,bkhd->bqhd", shares, v)
    return found.reshape(*x.shape[:2], 6) @ w["output"]


def _squeeze(x: Any, w: Weights) -> Any:
    gate = jax.nn.sigmoid(jax.nn.relu(x.mean((1, 2)) @ w["down"]) @ w["up"])
    return x * gate[:, None, None]


def _highway(x: Any, w: Weights) -> Any:
    gate = jax.nn.sigmoid(x @ w["gate_kernel"] + w["gate_bias"])
    return gate * jax.nn.relu(x @ w["kernel"]) + (1 - gate) * x


def _experts(x: Any, w: Weights) -> Any:
    shares = jax.nn.softmax(x @ w["gates"])
    experts = jnp.stack([_tanh(x @ w["one"]), jax.nn.relu(x @ w["two"])], axis=-1)
    return jnp.einsum("be,bue->bu", shares, experts)


def _both_ways(x: Any, w: Weights) -> Any:
    turned = jnp.swapaxes(x, 1, 2)
    return w["scale"] * jnp.concatenate([turned, jnp.maximum(turned, 0.1)], axis=1)


REFERENCES: dict[str, Callable[[Any, Weights], Any]] = {
    "self_attention": _attention,
    "squeeze": _squeeze,
    "highway": _highway,
    "experts": _experts,
    "both_ways": _both_ways,
}


@pytest.mark.parametrize("name", REFERENCES)
def test_values_and_gradients_are_those_of_jax(name: str) -> None:
    s = script(of(name))
    rng = np.random.default_rng(3)
    x, y = s.samples(rng, 5), s.labels(rng, 5)
    weights = {n: a - 1.0 for n, a in weights_of(s, 4).items()}
    w, dw = (s.module.views(np.zeros(s.module.PARAMETERS)) for _ in range(2))
    for array, value in zip(vars(w).values(), weights.values(), strict=True):
        array[...] = value
    a, da = s.batch(x)
    s.module.forward(w, a)
    output = getattr(a, s.prediction).copy()
    s.module.backward(w, dw, a, da, y)

    def loss(weights: Weights) -> tuple[Any, Any]:
        begin = f"{name}/"
        own = {n.removeprefix(begin): v for n, v in weights.items()}
        hidden = _tanh(x @ weights["dense/kernel"] + weights["dense/bias"])
        hidden = REFERENCES[name](hidden, own)
        p = hidden @ weights["dense_1/kernel"] + weights["dense_1/bias"]
        return jnp.mean((p - y) ** 2), p

    (_, p), expected = jax.value_and_grad(loss, has_aux=True)(weights)
    np.testing.assert_allclose(output, p, rtol=1e-12, atol=1e-12)
    for n, mine in zip(weights, vars(dw).values(), strict=True):
        np.testing.assert_allclose(mine, expected[n], rtol=1e-10, atol=1e-12)
