"""Penalties and constraints in numbers, and in a training as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnspec
from tests.scripts import Array, Run, Script, load, script, spec

close = np.testing.assert_allclose


def penalty(s: Script, n: int = 5) -> tuple[Array, Run]:
    """The penalty of a batch of n, and the run whose weights it is of."""
    run = Run(s)
    run.parameters += np.random.default_rng(1).normal(0, 0.3, run.parameters.size)
    x = np.random.default_rng(2).normal(size=(n, *s.model.input_shape))
    return s.forward(run.w, x).penalty, run


# -- Penalties -------------------------------------------------------------------------


def test_a_penalty_of_weights_is_no_mean_and_no_half() -> None:
    rules = "kernel_regularizer=l1_l2(0.1, 0.2), bias_regularizer=l2(0.3)"
    s = script(spec([f"dense(3, tanh, {rules})"]))
    found, run = penalty(s)
    kernel, bias = run.w.dense_kernel, run.w.dense_bias
    expected = 0.1 * np.abs(kernel).sum() + 0.2 * (kernel**2).sum()
    close(found, expected + 0.3 * (bias**2).sum())
    close(penalty(s, n=1)[0], found)


@pytest.mark.parametrize("n", [1, 7])
def test_a_penalty_of_outputs_is_a_mean_over_the_batch(n: int) -> None:
    s = script(
        spec(["dense(4, tanh, activity_regularizer=l1_l2(0.1, 0.2))"], shape="3, 6")
    )
    found, run = penalty(s, n)
    x = np.random.default_rng(2).normal(size=(n, 3, 6))
    y = np.tanh(x @ run.w.dense_kernel + run.w.dense_bias)
    close(found, (0.1 * np.abs(y).sum() + 0.2 * (y**2).sum()) / n)


def test_an_output_before_a_dropout_is_penalized_whole() -> None:
    rule = "activity_regularizer=l2"
    s = script(spec([f"dense(4, relu, {rule})", "dropout(0.5)", "dense(2)"]))
    w, x = Run(s).w, np.ones((50, 6))
    training = s.forward(w, x, np.random.default_rng(0)).penalty
    assert training == s.forward(w, x).penalty > 0


def test_the_loss_of_a_batch_is_with_the_penalty() -> None:
    plain = script(spec(["dense(3, tanh)"]))
    s = script(spec(["dense(3, tanh, kernel_regularizer=l2(0.5))"]))
    x, y = np.ones((4, 6)), np.zeros((4, 3))
    w = Run(s).w
    without, found = (t.module.measure(t.forward(w, x), y)[0] for t in (plain, s))
    close(found - without, 0.5 * (w.dense_kernel**2).sum())


def test_where_a_weight_is_0_l1_has_no_derivative() -> None:
    s = script(spec(["dense(3, bias_regularizer=l1(0.2))"], optimizer="sgd(1.0)"))
    run = Run(s)
    run.w.dense_bias[:] = [0.0, 1.0, -1.0]
    x = np.ones((4, 6))
    run.update(x, s.predict(run.w, x).copy())
    close(run.w.dense_bias, [0.0, 0.8, -0.8])


def test_penalties_are_in_single_precision() -> None:
    layer = "dense(3, kernel_regularizer=l1_l2(0.1, 0.2), activity_regularizer=l2)"
    text = spec([layer], more="")
    module = load(nnspec.compile(text))
    flat, gradients = np.ones((2, module.PARAMETERS), np.float32)
    w, dw, (a, da) = (
        module.views(flat),
        module.views(gradients),
        module.buffers(4, "f4"),
    )
    a.x[...] = 1.0
    module.forward(w, a)
    assert a.penalty.dtype == np.float32
    module.backward(w, dw, a, da, np.zeros((4, 3), np.float32))
    assert {v.dtype for v in vars(dw).values()} == {np.dtype("f4")}


def test_without_any_the_script_does_not_speak_of_them() -> None:
    text = nnspec.compile(spec(["dense(3, kernel_regularizer=none)"]))
    for word in ("penalty", "constrain"):
        assert word not in text


# -- Constraints -----------------------------------------------------------------------


def constrained(rule: str, w: Array) -> Array:
    """What a constraint makes of a kernel."""
    rows, columns = w.shape
    layer = f"dense({columns}, use_bias=false, kernel_constraint={rule})"
    run = Run(script(spec([layer], shape=str(rows))))
    run.w.dense_kernel[:] = w
    run.script.module.constrain(run.w)
    return run.w.dense_kernel


W = np.array([[3.0, 0.0, -0.3], [-4.0, 0.0, 0.4]])  # units of norm 5, 0 and 0.5


@pytest.mark.parametrize(
    ("rule", "factors"),
    [
        ("max_norm", [2 / 5, 1, 1]),
        ("max_norm(0.1)", [0.1 / 5, 1, 0.1 / 0.5]),
        ("unit_norm", [1 / 5, 1, 1 / 0.5]),
        ("min_max_norm", [1 / 5, 1, 1]),
        ("min_max_norm(2, 4)", [4 / 5, 1, 2 / 0.5]),
        ("min_max_norm(2, 4, 0.5)", [4.5 / 5, 1, 1.25 / 0.5]),
        ("min_max_norm(2, 4, 0.0)", [1, 1, 1]),
        ("max_norm(1, axis=[0, 1])", [1 / np.sqrt(25.25)] * 3),
    ],
)
def test_constraints_of_norms(rule: str, factors: list[float]) -> None:
    close(constrained(rule, W), W * factors, rtol=1e-6)


def test_constraints_of_rows() -> None:
    found = constrained("unit_norm(axis=-1)", W)
    close(np.linalg.norm(found, axis=1), 1, rtol=1e-6)


def test_non_negative() -> None:
    assert constrained("non_neg", W).tolist() == [[3, 0, 0], [0, 0, 0.4]]


def test_initial_weights_are_not_constrained_but_updated_ones_are() -> None:
    rule = "kernel_constraint=non_neg, kernel_initializer=constant(-1.0)"
    s = script(spec([f"dense(3, {rule})"], optimizer="sgd(0.0)"))
    run = Run(s)
    assert (run.w.dense_kernel == -1).all()
    run.update(np.ones((2, 6)), np.ones((2, 3)))
    assert (run.w.dense_kernel == 0).all()


# -- A training as a whole -------------------------------------------------------------

TRAINING = """
data {{
  spirals(samples=300)
  split(validation=0.2, test=0.2)
}}
network {{
  dense(16, relu{0})
  dense(3, softmax{1})
}}
training {{
  loss = sparse_categorical_crossentropy
  optimizer = sgd({2})
  epochs = 2
  batch_size = {3}
}}
"""


def trained(
    folder: Path, hidden: str = "", last: str = "", rate: float = 0.0, batch: int = 32
) -> list[dict[str, float]]:
    """What a training tells, and then what is told of its weights on the test part.

    `hidden` and `last` are more arguments of the two layers. At the rate of 0, nothing
    but a constraint changes a weight.
    """
    folder.mkdir()
    text = TRAINING.format(hidden, last, rate, batch)
    (folder / "model.py").write_text(nnspec.compile(text))
    told = ""
    for command in ("train --out run", "evaluate --weights run/weights.npz"):
        told += subprocess.run(
            [sys.executable, "model.py", *command.split(), "--json"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return [json.loads(line) for line in told.splitlines()]


def test_every_loss_that_is_told_is_with_the_penalties(tmp_path: Path) -> None:
    rules = (", kernel_regularizer=l2(0.1)", ", bias_regularizer=l1(0.5)")
    found, plain = trained(tmp_path / "a", *rules), trained(tmp_path / "b")
    weights = np.load(tmp_path / "a" / "run" / "weights.npz")
    expected = 0.1 * np.square(weights["dense/kernel"]).sum()
    assert expected > 0.1
    assert len(found) == len(plain) == 4
    losses = [
        (row[name] - other[name], name)
        for row, other in zip(found, plain, strict=True)
        for name in row
        if name.endswith("loss")
    ]
    names = ["loss", "val_loss", "loss", "val_loss", "test_loss", "test_loss"]
    assert [name for _, name in losses] == names
    close([difference for difference, _ in losses], expected, rtol=1e-5)


def test_constraints_begin_with_the_first_update(tmp_path: Path) -> None:
    """An epoch of one batch tells the loss before its update."""
    found = trained(tmp_path / "a", ", kernel_constraint=max_norm(0.1)", batch=300)
    plain = trained(tmp_path / "b", batch=300)
    assert found[0]["loss"] == plain[0]["loss"]
    assert found[0]["val_loss"] != plain[0]["val_loss"]
    assert found[1]["loss"] != plain[1]["loss"]


def test_saved_weights_are_constrained(tmp_path: Path) -> None:
    rules = (", kernel_constraint=max_norm(0.5)", ", bias_constraint=non_neg")
    trained(tmp_path / "a", *rules, rate=0.5)
    weights = np.load(tmp_path / "a" / "run" / "weights.npz")
    norms = np.linalg.norm(weights["dense/kernel"], axis=0)
    assert norms.max() <= 0.5 + 1e-6
    close(norms.max(), 0.5, rtol=1e-5)
    assert (weights["dense_1/bias"] >= 0).all()
