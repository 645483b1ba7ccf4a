"""Networks in numbers: dropout, initial values, and the updates of the optimizers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import signature
from math import sqrt

import numpy as np
import pytest

import nnspec
from nnspec import compiler
from nnspec.source import Source
from tests.cases import OPTIMIZERS
from tests.scripts import Array, Run, load, script, spec

# -- Dropout ---------------------------------------------------------------------------


def test_dropout_does_nothing_to_predictions() -> None:
    x = np.random.default_rng(0).normal(size=(7, 6))
    layers = ["dense(5, tanh)", "{}", "dense(3, relu)", "{}", "dense(2)"]
    with_dropout = script(spec(line.format("dropout(0.4)") for line in layers))
    without = script(spec(line for line in layers if line != "{}"))
    w = with_dropout.module.views(np.random.default_rng(1).normal(size=61))
    first, second = (with_dropout.predict(w, x).copy() for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(first, without.predict(w, x))


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("before", ["linear", "relu", "sigmoid"])
def test_dropout_keeps_its_share_and_the_mean(rate: float, before: str) -> None:
    layers = [f"dense(20, {before}, kernel_initializer=ones)", f"dropout({rate})"]
    s = script(spec(layers, shape="1"))
    w = Run(s).w
    x = np.ones((2000, 1))
    plain = s.predict(w, x)
    a = s.forward(w, x, np.random.default_rng(0))
    dropped = getattr(a, s.prediction)
    kept = dropped != 0
    assert abs(kept.mean() - (1 - rate)) < 0.01
    if rate < 1:
        np.testing.assert_allclose(dropped[kept], (plain / (1 - rate))[kept])
        assert abs(dropped.mean() / plain.mean() - 1) < 0.05


def test_the_dropouts_follow_from_the_generator() -> None:
    s = script(spec(["dropout(0.5)", "dense(3)"]))
    w, x = Run(s).w, np.ones((50, 6))
    one, same, other = (
        s.forward(w, x, np.random.default_rng(seed)).dropout_mask for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_dropouts_of_samples_differ() -> None:
    s = script(spec(["dropout(0.5)", "dense(3)"]))
    mask = s.forward(Run(s).w, np.ones((50, 6)), np.random.default_rng(0)).dropout_mask
    assert len(np.unique(mask, axis=0)) > 30  # of 64


# -- Views and losses ------------------------------------------------------------------


@pytest.mark.parametrize("views", [["flatten"], ["reshape(3, 2)", "reshape(6)"]])
def test_views_keep_the_order_of_rows(views: list[str]) -> None:
    layers = [*views, "dense(6, kernel_initializer=identity)", "reshape(2, 3)"]
    s = script(spec(layers, shape="2, 3"))
    x = np.arange(24.0).reshape(4, 2, 3)
    assert np.array_equal(s.predict(Run(s).w, x), x)


@pytest.mark.parametrize("loss", ["mae", "mse", "mape", "huber"])
def test_no_error_has_no_slope(loss: str) -> None:
    run = Run(script(spec(["dense(3)"], loss=loss)))
    x = np.random.default_rng(0).normal(size=(5, 6))
    run.update(x, run.script.predict(run.w, x).copy())
    assert run.measured["loss"] == 0
    assert not run.gradients.any()


# -- Activations -----------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_large_logits_give_finite_shares(activation: str) -> None:
    layer = f"dense(3, {activation}, kernel_initializer=identity(1000))"
    s = script(spec([layer], shape="3"))
    y = s.predict(Run(s).w, np.array([[1.0, 0.0, -1.0], [-5.0, -6.0, -5.0]]))
    half = [0.5, 0, 0.5] if activation == "softmax" else [0, 0, 0]
    first = [1, 0, 0] if activation == "softmax" else [1, 0.5, 0]
    np.testing.assert_allclose(y, [first, half], atol=1e-15)


# -- Weights that are not trainable ----------------------------------------------------

FROZEN = [
    "dense(4, relu, trainable=false)",
    "dropout(0.2)",
    "dense(3, tanh)",
    "dense(2, trainable=false)",
]


def test_weights_that_are_not_trainable_stay_as_they_are() -> None:
    run = Run(script(spec(FROZEN, optimizer="adam")))
    before = {name: weight.copy() for name, weight in run.weights().items()}
    rng = np.random.default_rng(0)
    for _ in range(3):
        run.update(rng.normal(size=(5, 6)), rng.normal(size=(5, 2)))
    kept = {n for n, w in run.weights().items() if np.array_equal(w, before[n])}
    assert {n for n in before if not n.startswith("dense_1/")} == kept
    assert list(run.named(run.gradients)) == ["dense_1/kernel", "dense_1/bias"]


def test_nothing_is_derived_before_the_first_trainable_weight() -> None:
    s = script(spec(FROZEN))
    _, da = s.batch(np.ones((2, 6)))
    assert list(vars(da)) == ["dense_1", "dense_2"]
    backward = s.text.split("def backward(")[1].split("\n\n\n")[0]
    assert "dropout" not in backward
    assert "dense_kernel" not in backward


# -- Initial values --------------------------------------------------------------------

IN, OUT = 300, 200


def drawn(initializer: str, seed: int = 0) -> Array:
    """The kernel that an initializer draws."""
    text = spec([f"dense({OUT}, kernel_initializer={initializer})"], shape=str(IN))
    kernel: Array = Run(script(text), seed).w.dense_kernel
    return kernel


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", 2 / (IN + OUT)),
        ("glorot_normal", 2 / (IN + OUT)),
        ("he_uniform", 2 / IN),
        ("he_normal", 2 / IN),
        ("lecun_uniform", 1 / IN),
        ("lecun_normal", 1 / IN),
        ("variance_scaling", 1 / IN),
        ("variance_scaling(3.0, fan_out, uniform)", 3 / OUT),
        ("variance_scaling(3.0, fan_avg, untruncated_normal)", 6 / (IN + OUT)),
        ("random_uniform", 0.1**2 / 12),
        ("random_normal", 0.05**2),
    ],
)
def test_variance(name: str, variance: float) -> None:
    kernel = drawn(name)
    assert abs(kernel.mean()) < 5 * sqrt(variance / kernel.size)
    assert abs(kernel.var() / variance - 1) < 0.03
    if "uniform" in name and "untruncated" not in name:
        limit = sqrt(3 * variance)
        assert 0.999 * limit < np.abs(kernel).max() <= limit
    elif name not in (
        "random_normal",
        "variance_scaling(3.0, fan_avg, untruncated_normal)",
    ):
        cut = 2 * sqrt(variance) / 0.87962566103423978
        assert 0.99 * cut < np.abs(kernel).max() <= cut


def test_bounds() -> None:
    kernel = drawn("random_uniform(-1.0, 3.0)")
    assert -1 <= kernel.min() < -0.99
    assert 2.99 < kernel.max() < 3
    kernel = drawn("truncated_normal(1.0, 0.5)")  # its deviation is that before the cut
    assert 0 <= kernel.min() < 0.01
    assert 1.99 < kernel.max() <= 2
    assert abs(kernel.std() / (0.5 * 0.87962566) - 1) < 0.02
    kernel = drawn("random_normal(2.0, 0.5)")
    assert abs(kernel.mean() - 2) < 0.01
    assert abs(kernel.std() / 0.5 - 1) < 0.02
    assert np.abs(kernel - 2).max() > 1.5


@pytest.mark.parametrize("sizes", [(IN, OUT), (OUT, IN), (50, 50)])
def test_orthogonal(sizes: tuple[int, int]) -> None:
    rows, columns = sizes
    layers = [f"dense({columns}, kernel_initializer=orthogonal(2.0))"]
    kernel = Run(script(spec(layers, shape=str(rows)))).w.dense_kernel
    few = kernel.T @ kernel if rows >= columns else kernel @ kernel.T
    np.testing.assert_allclose(few, 4 * np.eye(min(rows, columns)), atol=1e-12)


def test_orthogonal_matrices_are_equally_likely() -> None:
    """Those of one number are 1 and -1."""
    layers = ["dense(1, kernel_initializer=orthogonal)"]
    s = script(spec(layers, shape="1"))
    drawn = {Run(s, seed).w.dense_kernel.item() for seed in range(20)}
    assert drawn == {-1, 1}


def test_normal_is_the_truncated_one() -> None:
    cut = "variance_scaling(2.0, fan_out)"
    assert np.array_equal(drawn("variance_scaling(2.0, fan_out, normal)"), drawn(cut))


def test_constants() -> None:
    assert not drawn("zeros").any()
    assert not drawn("constant").any()
    assert (drawn("ones") == 1).all()
    assert (drawn("constant(-0.25)") == -0.25).all()
    assert np.array_equal(drawn("identity(0.5)"), 0.5 * np.eye(IN, OUT))


@pytest.mark.parametrize(
    ("shape", "layer", "weight"),
    [
        ("2, 3, 4", "prelu(identity)", "prelu/alpha"),
        ("5, 2", "conv1d(3, 2, kernel_initializer=identity)", "conv1d/kernel"),
        ("4", "dense(3, bias_initializer=identity)", "dense/bias"),
    ],
)
def test_an_identity_is_a_matrix(shape: str, layer: str, weight: str) -> None:
    text = spec([layer, "flatten", "dense(1)"], shape=shape)
    (found,) = compiler.check(Source("model.nn", text)).diagnostics
    assert found.code == "initializer-shape"
    assert f"`identity` needs a matrix, and `{weight}` has the shape" in found.message


def test_seeds() -> None:
    assert np.array_equal(drawn("he_normal", 1), drawn("he_normal", 1))
    assert not np.array_equal(drawn("he_normal", 1), drawn("he_normal", 2))
    own = "he_normal(seed=5)"
    assert np.array_equal(drawn(own, 1), drawn(own, 2))
    layers = [f"dense(6, kernel_initializer={own})"] * 2 + ["dense(6)", "dense(6)"]
    w = Run(script(spec(layers))).w
    assert np.array_equal(w.dense_kernel, w.dense_1_kernel)
    assert not np.array_equal(w.dense_2_kernel, w.dense_3_kernel)


# -- Optimizers: as their papers write them, a value at a time -------------------------

Update = Callable[..., Iterable[float]]


def sgd(w, gs, *, learning_rate, momentum, nesterov):
    v = 0.0
    for g in gs:
        v = momentum * v - learning_rate * g
        w += momentum * v - learning_rate * g if nesterov else v
        yield w


def rmsprop(w, gs, *, learning_rate, rho, momentum, epsilon, centered):
    v = mean = step = 0.0
    for g in gs:
        v = rho * v + (1 - rho) * g * g
        mean = rho * mean + (1 - rho) * g
        variance = v - mean * mean if centered else v
        step = momentum * step + learning_rate * g / sqrt(variance + epsilon)
        w -= step
        yield w


def adam(w, gs, *, learning_rate, beta_1, beta_2, epsilon, amsgrad):
    m = v = largest = 0.0
    for t, g in enumerate(gs, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        largest = max(largest, v) if amsgrad else v
        rate = learning_rate * sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w -= rate * m / (sqrt(largest) + epsilon)
        yield w


def adamw(w, gs, *, learning_rate, weight_decay, beta_1, beta_2, epsilon, amsgrad):
    before = 0.0  # Adam's steps do not depend on where they begin
    for now in adam(
        0.0,
        gs,
        learning_rate=learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        amsgrad=amsgrad,
    ):
        w -= learning_rate * weight_decay * w
        w += now - before
        before = now
        yield w


def nadam(w, gs, *, learning_rate, beta_1, beta_2, epsilon):
    m = v = 0.0
    product = 1.0
    for t, g in enumerate(gs, 1):
        beta, ahead = (beta_1 * (1 - 0.96**i / 2) for i in (t, t + 1))
        product *= beta
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        mean = ahead * m / (1 - product * ahead) + (1 - beta) * g / (1 - product)
        w -= learning_rate * mean / (sqrt(v / (1 - beta_2**t)) + epsilon)
        yield w


def adamax(w, gs, *, learning_rate, beta_1, beta_2, epsilon):
    m = u = 0.0
    for t, g in enumerate(gs, 1):
        m = beta_1 * m + (1 - beta_1) * g
        u = max(beta_2 * u, abs(g))
        w -= learning_rate / (1 - beta_1**t) * m / (u + epsilon)
        yield w


def adagrad(w, gs, *, learning_rate, initial_accumulator_value, epsilon):
    total = initial_accumulator_value
    for g in gs:
        total += g * g
        w -= learning_rate * g / sqrt(total + epsilon)
        yield w


def adadelta(w, gs, *, learning_rate, rho, epsilon):
    squares = steps = 0.0
    for g in gs:
        squares = rho * squares + (1 - rho) * g * g
        step = sqrt(steps + epsilon) / sqrt(squares + epsilon) * g
        steps = rho * steps + (1 - rho) * step * step
        w -= learning_rate * step
        yield w


def lion(w, gs, *, learning_rate, beta_1, beta_2):
    m = 0.0
    for g in gs:
        direction = beta_1 * m + (1 - beta_1) * g
        w -= learning_rate * np.sign(direction)
        m = beta_2 * m + (1 - beta_2) * g
        yield w


UPDATES: dict[str, Update] = {
    update.__name__: update
    for update in (
        sgd,
        rmsprop,
        adam,
        adamw,
        nadam,
        adamax,
        adagrad,
        adadelta,
        lion,
    )
}


@pytest.mark.parametrize(
    "optimizer", [o for o in OPTIMIZERS if o.partition("(")[0] in UPDATES]
)
def test_updates(optimizer: str) -> None:
    """The weights fill three blocks, the last one in part."""
    run = Run(script(spec(["dense(400)"], shape="370", optimizer=optimizer)))
    assert run.script.module.PARAMETERS > 2 * 65_536
    rng = np.random.default_rng(0)
    start = run.parameters.copy()
    gradients = rng.normal(size=(4, start.size)) * [[1.0], [0.3], [-2.0], [0.0]]
    picked = [0, 65_535, 65_536, 131_071, 131_072, start.size - 1]
    assert run.script.model.training is not None
    use = run.script.model.training.optimizer
    reference = UPDATES[use.entry.name]
    names = set(signature(reference).parameters) - {"w", "gs"}
    own = {name: use.arguments[name] for name in names}
    expected = np.array([
        list(reference(start[i], gradients[:, i], **own)) for i in picked
    ])  # fmt: skip
    for step, gradient in enumerate(gradients):
        run.gradients[:] = gradient
        run.apply()
        np.testing.assert_allclose(
            run.parameters[picked], expected[:, step], rtol=1e-12
        )


@pytest.mark.parametrize(
    "optimizer",
    [
        "sgd(momentum=0.9)",
        "rmsprop",
        "adam",
        "adam(weight_decay=0.1, clipnorm=0.1, use_ema=true)",
        "lamb",
        "adafactor",
    ],
)
def test_threads_share_an_update_and_change_nothing(
    optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = nnspec.compile(spec(["dense(500)"], shape="600", optimizer=optimizer))
    results = []
    for threads in (1, 2, 3):
        module = load(text)
        monkeypatch.setattr(module, "THREADS", threads)
        rng = np.random.default_rng(0)
        parameters, gradients = rng.normal(size=(2, module.PARAMETERS))
        shape = getattr(module, "SLOTS", ())
        if optimizer != "adafactor":
            shape = (len(shape), module.PARAMETERS)
        slots = np.zeros(shape)
        update = getattr(module, optimizer.split("(", maxsplit=1)[0])
        takes = signature(update).parameters
        step = [1] if "step" in takes else []
        update(parameters, gradients, *[slots] * ("slots" in takes), 0.01, *step)
        results.append([parameters, *np.atleast_2d(slots)])
    for others in results[1:]:
        for found, expected in zip(others, results[0], strict=True):
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("units", "blocks"), [(10, 1), (400, 4), (500, 2), (1000, 4)])
def test_the_blocks_of_an_update_are_every_parameter_once(
    units: int, blocks: int
) -> None:
    module = load(nnspec.compile(spec([f"dense({units})"], shape="600")))
    every = np.arange(module.PARAMETERS)
    parts = [every[part] for part in module.BLOCKS]
    assert np.concatenate(parts).tolist() == every.tolist()
    assert len(parts) == blocks


# -- Sparse samples --------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["binary", "count"])
@pytest.mark.parametrize("units", [16, 100])
def test_sparse_samples_train_as_arrays_do(mode: str, units: int) -> None:
    layers = [f"dense({units}, relu)", "dense(16, relu)", "dense(1, sigmoid)"]
    given = {"shape": "900", "loss": "binary_crossentropy", "optimizer": "rmsprop"}
    data = f"imdb\nbag_of_words(900, {mode})"
    sparse = Run(script(spec(layers, **given, data=data)))
    dense = Run(script(spec(layers, **given)))
    assert "sparse_product" in sparse.script.text
    assert ("wide" in sparse.script.text) == (units == 100)
    x = sparse.script.samples(np.random.default_rng(0), 50)
    y = np.random.default_rng(1).integers(2, size=(50, 1)).astype(float)
    for first in range(0, 50, 16):
        rows = slice(first, first + 16)
        for run in (sparse, dense):
            run.update(x[rows], y[rows])
        np.testing.assert_allclose(sparse.parameters, dense.parameters, rtol=1e-9)
        np.testing.assert_allclose(sparse.slots, dense.slots, rtol=1e-7, atol=1e-15)
        assert sparse.measured == pytest.approx(dense.measured)
