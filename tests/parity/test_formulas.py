"""Formulas made at random: values and gradients against those that JAX derives.

JAX reads the text of a formula by itself: as Python, on one sample, `vmap` for the
batch. So it shares neither parser, nor shapes, nor rules with the compiler.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tests.formulas.made import Made
from tests.formulas.run import Array
from tests.formulas.test_random import drawn

#: `make formulas` sets the number of all.
COUNT = int(os.environ.get("NNSPEC_FORMULAS", "40"))
jax.config.update("jax_enable_x64", True)


def _reduced(name: str) -> Callable[..., Any]:
    two = {"max": jnp.maximum, "min": jnp.minimum}.get(name)

    def function(
        a: Any, b: Any = None, *, axis: int = -1, keepdims: bool = False
    ) -> Any:
        if b is not None and two:
            return two(a, b)
        return getattr(jnp, name)(a, axis=axis, keepdims=keepdims)

    return function


def _sliced(a: Any, start: int, stop: int, axis: int = -1) -> Any:
    return jax.lax.slice_in_dim(a, start, stop, axis=axis)


NAMES: dict[str, Any] = {
    **{name: getattr(jnp, name) for name in ("exp", "log", "sqrt", "abs", "sign")},
    **{name: getattr(jnp, name) for name in ("sin", "cos", "tanh", "where")},
    **{name: _reduced(name) for name in ("mean", "sum", "max", "min")},
    **{
        name: getattr(jax.nn, name)
        for name in (
            *("sigmoid", "softplus", "relu", "elu", "selu", "celu", "silu", "mish"),
            *("relu6", "hard_tanh", "hard_sigmoid", "log_sigmoid", "squareplus"),
            *("softmax", "log_softmax", "hard_silu"),
        )
    },
    "softsign": jax.nn.soft_sign,
    "exponential": jnp.exp,
    "erf": jax.scipy.special.erf,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "leaky_relu": lambda x: jax.nn.leaky_relu(x, 0.2),
    "transpose": lambda a, *axes: jnp.transpose(a, axes or None),
    "reshape": lambda a, *sizes: jnp.reshape(a, sizes),
    "concatenate": lambda a, b, axis=-1: jnp.concatenate([a, b], axis),
    "slice": _sliced,
    "true": True,
}


class _Numbers(ast.NodeTransformer):
    """A comparison gives 1 and 0."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        one, zero = ast.Constant(1.0), ast.Constant(0.0)
        where = ast.Name("where", ast.Load())
        return ast.Call(where, [node, one, zero], [])


def _evaluated(text: str, names: dict[str, Any]) -> Any:
    tree = ast.fix_missing_locations(_Numbers().visit(ast.parse(text, mode="eval")))
    return eval(compile(tree, "formula", "eval"), {**NAMES, **names})


def of_one_sample(made: Made, x: Any, w: dict[str, Any]) -> Any:
    """The formula's value for a sample, computed by JAX."""
    names = {"x": x, **w}
    for line in made.lines:
        name, _, text = line.partition(" = ")
        names[name] = _evaluated(text, names)
    return jnp.asarray(_evaluated(made.result, names))


def test_values_and_gradients_are_those_of_jax() -> None:
    count = seed = 0
    while count < COUNT:
        seed += 1
        made = Made(seed)
        found = drawn(made, seed)
        if found is None:
            continue
        count += 1
        if count % 100 == 0:
            jax.clear_caches()  # else thousands of formulas take gigabytes
        compiled, x, w = found
        with np.errstate(all="ignore"):
            y, _, _ = compiled.run(x, w)
            dy = np.random.default_rng(seed).normal(size=y.shape)
            _, gradients, _ = compiled.run(x, w, dy)
        told = f"seed {seed}\n{made.text}"

        def loss(x: Any, w: Any, made: Made = made, dy: Array = dy) -> tuple[Any, Any]:
            y = jax.vmap(lambda sample: of_one_sample(made, sample, w))(x)
            return jnp.sum(y * dy), y

        (_, expected), (by_x, by_w) = jax.value_and_grad(
            loss, argnums=(0, 1), has_aux=True
        )(x, w)
        np.testing.assert_allclose(y, expected, rtol=1e-9, atol=1e-9, err_msg=told)
        for name, g in {"x": by_x, **by_w}.items():
            size = max(1.0, float(np.abs(g).max(initial=0.0)))
            error = float(np.abs(gradients[name] - g).max(initial=0.0)) / size
            assert error < 1e-7, f"{name}: {error:.1e}, {told}"
