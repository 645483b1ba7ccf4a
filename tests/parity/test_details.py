"""Where Keras's ways show only in special numbers, labels or arguments."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from nnspec.table import TABLE
from nnspec.table.entry import REQUIRED, Argument, DefaultUse
from tests.cases import INITIALIZERS
from tests.parity.conftest import WHY
from tests.parity.test_training import (
    BATCH,
    compare_results,
    compare_state,
    data,
    train,
)
from tests.scripts import Run, script, spec

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import FUNCTIONS, OWN_LAYERS, build, class_of, given  # noqa: E402

close = np.testing.assert_allclose

# -- Arguments -------------------------------------------------------------------------

MODULES = {
    "layer": keras.layers,
    "initializer": keras.initializers,
    "regularizer": keras.regularizers,
    "constraint": keras.constraints,
    "loss": keras.losses,
    "optimizer": keras.optimizers,
    "schedule": keras.optimizers.schedules,
    "activation": keras.activations,
}
#: Layers of the language that are none in Keras, or take values by their names.
OWN = {"input", *TABLE["activation"]} - {"relu", "leaky_relu", "elu", "softmax"}
OWN |= {
    name
    for name, e in TABLE["layer"].items()
    if e.arguments[:1] and e.arguments[0].name == "values"
}
OWN |= {*OWN_LAYERS}
#: Activations that Keras lacks.
LACKS = {name for name, _ in FUNCTIONS if not hasattr(keras.activations, name)}
#: Arguments of Keras that the language does not have.
NOT_HERE = {"name", "loss_scale_factor", "data_format"}
ENTRIES = [
    (kind, name)
    for kind in MODULES
    for name, entry in TABLE[kind].items()
    if name == entry.name and not (kind == "layer" and name in OWN)
    if name != "one_cycle" and not (kind == "activation" and name in LACKS)
]


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_arguments_have_their_names_order_and_defaults(kind: str, name: str) -> None:
    module = MODULES[kind]
    owner = getattr(module, name) if kind == "activation" else class_of(module, name)
    theirs = list(inspect.signature(owner).parameters.values())
    theirs = theirs[1:] if kind == "activation" else theirs  # x
    theirs = [p for p in theirs if p.name not in NOT_HERE]
    ours = TABLE[kind][name].arguments
    in_order = [a.name for a in ours if not a.named]
    assert in_order == [p.name for p in theirs[: len(in_order)]]
    base = inspect.signature(keras.Layer.__init__).parameters if kind == "layer" else {}
    known = dict(base) | {p.name: p for p in theirs}
    if kind == "layer":  # those of a call have another name here
        called = inspect.signature(owner.call).parameters
        known |= {a.name: called[n] for a in ours for n in a.aliases if n in called}
    for argument in ours:
        expected = known[argument.name].default
        expected = expected.lower() if isinstance(expected, str) else expected  # Zeros
        expected = "random_uniform" if expected == "uniform" else expected
        found = default(argument)
        if isinstance(found, tuple) and isinstance(expected, int):
            expected = (expected,) * len(found)  # the same for each axis
        assert found == expected, argument.name


def default(argument: Argument) -> object:
    """A default as Keras would write it."""
    if argument.default is REQUIRED:
        return inspect.Parameter.empty
    if isinstance(argument.default, DefaultUse):
        return argument.default.name
    return argument.default


# -- Labels ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("mse", "dense(1)"),
        ("mae", "dense(1)"),
        ("binary_crossentropy", "dense(1, sigmoid)"),
        ("sparse_categorical_crossentropy", "dense(4, softmax)"),
        ("sparse_categorical_crossentropy(from_logits=true)", "dense(4)"),
        ("mape", "dense(1)"),
        ("msle", "dense(1, sigmoid)"),
        ("huber", "dense(1)"),
        ("log_cosh", "dense(1)"),
        ("binary_focal_crossentropy", "dense(1, sigmoid)"),
        ("hinge", "dense(1)"),
        ("squared_hinge", "dense(1)"),
        ("poisson", "dense(1, sigmoid)"),
        ("cosine_similarity", "dense(1)"),
    ],
)
def test_labels_in_a_row_or_a_column_are_the_same(loss: str, end: str) -> None:
    metric = "accuracy" if "crossentropy" in loss else "mae"
    s = script(spec(["dense(5, tanh)", end], loss=loss, metrics=metric))
    run, built = Run(s), build(s.model)
    built.set_weights(run.weights())
    x, y = data(s)
    other = y[:, 0] if y.ndim == 2 else y[:, None]
    run.update(x, y)
    measured = built.trained.train_on_batch(built.inputs(x), other, return_dict=True)
    for name, number in measured.items():
        close(run.measured[name], number, rtol=1e-10)
    compare_state(s, run, built)
    compare_results(s, run, built, x, y)


def test_labels_need_not_sum_to_one() -> None:
    s = script(spec(["dense(4, softmax)"], loss="categorical_crossentropy"))
    run, built = Run(s), build(s.model)
    x, y = data(s)
    train(s, run, built, x, y * np.random.default_rng(5).uniform(0, 2, (len(y), 1)))
    compare_state(s, run, built)


# -- Special numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "end", "factor"),
    [
        ("binary_crossentropy", "dense(2); relu(max_value=1.0)", 2.0),
        ("binary_crossentropy(label_smoothing=0.1)", "dense(3, softmax)", 30.0),
        ("categorical_crossentropy", "dense(6); reshape(2, 3); softmax; flatten", 60.0),
        ("categorical_crossentropy", "dense(3, softmax); dropout(0.5)", 60.0),
        ("sparse_categorical_crossentropy", "dense(3, softmax); dropout(0.3)", 60.0),
        ("sparse_categorical_crossentropy", "dense(3, sigmoid)", 60.0),
        ("sparse_categorical_crossentropy(ignore_class=1)", "dense(3, sigmoid)", 60.0),
        ("binary_focal_crossentropy(true)", "dense(2); relu(max_value=1.0)", 2.0),
        ("binary_focal_crossentropy(gamma=1.5)", "dense(3, softmax)", 30.0),
        (
            "categorical_focal_crossentropy(gamma=1.5)",
            "dense(6); reshape(2, 3); softmax; flatten",
            60.0,
        ),
        ("categorical_focal_crossentropy", "dense(3, softmax); dropout(0.5)", 60.0),
        ("kl_divergence", "dense(3, softmax)", 30.0),
        ("kl_divergence", "dense(2); relu(max_value=1.0)", 2.0),
        ("msle", "dense(3, relu)", 2.0),
        ("msle", "dense(3)", 2.0),
        ("poisson", "dense(3, relu)", 0.5),
    ],
)
def test_probabilities_that_are_clipped(loss: str, end: str, factor: float) -> None:
    """Nothing flows back through them, and the loss of them is finite."""
    s = script(spec(end.split("; "), loss=loss, optimizer="sgd(0.5)"))
    run, built = Run(s), build(s.model)
    run.parameters += np.random.default_rng(2).normal(0, 0.1, run.parameters.size)
    run.parameters *= factor
    x, y = data(s)
    assert (s.predict(run.w, x) < 1e-7).any()
    train(s, run, built, x, y)
    compare_state(s, run, built)


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge", "categorical_hinge"])
def test_labels_of_hinges(loss: str) -> None:
    """They are -1 and 1, or all of a batch 0 and 1, or Keras takes them as they are."""
    x, y = data(script(spec(["dense(3)"], loss=loss)))
    for labels in (2 * y - 1, 2 * np.round(y) - 1, np.round(y), y - 0.5, 2 * y):
        s = script(spec(["dense(3)"], loss=loss))
        run, built = Run(s), build(s.model)
        train(s, run, built, x, labels)
        compare_state(s, run, built)


def test_equal_outputs_share_a_hinge() -> None:
    """Of all that are the largest wrong one, each has its part of the derivative."""
    layer = "dense(3, kernel_initializer=zeros, bias_initializer=ones)"
    s = script(spec([layer], loss="categorical_hinge"))
    run, built = Run(s), build(s.model)
    x, _ = data(s)
    train(s, run, built, x[:BATCH], np.eye(3)[[0, 1, 2, 0, 0]])
    assert run.step == 1
    compare_state(s, run, built)


@pytest.mark.parametrize(
    ("loss", "scale"),
    [("mape", 0.0), ("msle", -2.0), ("poisson", -1.0), ("huber", 30.0),
     ("log_cosh", 800.0), ("kl_divergence", 0.0), ("cosine_similarity", 0.0),
     ("cosine_similarity", 1e-12), ("categorical_focal_crossentropy", 0.0)],
)  # fmt: skip
def test_labels_out_of_the_way(loss: str, scale: float) -> None:
    """Arithmetic that labels do not fit is what Keras makes of it."""
    rate = "sgd(1e-9)" if loss == "mape" else "sgd"
    s = script(spec(["dense(3, softmax)"], loss=loss, optimizer=rate))
    run, built = Run(s), build(s.model)
    x, y = data(s)
    y[::2] *= scale
    train(s, run, built, x, y)
    compare_state(s, run, built)


@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("binary_crossentropy", "dense(1, sigmoid)"),
        ("binary_crossentropy", "dense(4, sigmoid)"),
        ("categorical_crossentropy", "dense(4, softmax)"),
        ("sparse_categorical_crossentropy", "dense(4, softmax)"),
    ],
)
def test_saturated_outputs_are_not_clipped_where_logits_are_used(
    loss: str, end: str
) -> None:
    s = script(spec([end], loss=loss, optimizer="sgd(0.5)"))
    run, built = Run(s), build(s.model)
    run.parameters *= 200.0
    x, y = data(s)
    train(s, run, built, x, y)
    assert run.measured["loss"] > 20
    compare_state(s, run, built)


@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("binary_crossentropy", "dense(1, sigmoid)"),
        ("binary_crossentropy(from_logits=true)", "dense(1)"),
        ("binary_crossentropy", "dense(4, sigmoid)"),
        ("categorical_crossentropy", "dense(4, softmax)"),
        ("sparse_categorical_crossentropy", "dense(4, softmax)"),
        ("sparse_categorical_crossentropy(from_logits=true)", "dense(4)"),
    ],
)
def test_ties_and_halves_in_accuracy(loss: str, end: str) -> None:
    s = script(spec([end], loss=loss, metrics="accuracy"))
    run, built = Run(s), build(s.model)
    x, y = data(s)
    x = np.sign(x)
    for low, high in ((0, 1), (-1, 2)):  # all 0: every output a tie or a half
        numbers = np.random.default_rng(3).integers(low, high, run.parameters.size)
        run.parameters[:] = numbers
        built.set_weights(run.weights())
        compare_results(s, run, built, x, y)


def test_accuracy_of_halves_is_not_that_of_ones() -> None:
    s = script(spec(["dense(1, sigmoid)"], loss="binary_crossentropy", metrics="acc"))
    w = s.module.views(np.zeros(s.module.PARAMETERS))
    for label, accuracy in ((0.0, 1.0), (1.0, 0.0)):
        found = s.module.evaluate_part(w, np.ones((3, 6)), np.full((3, 1), label), "")
        assert found["acc"] == accuracy


# -- Constants -------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_does_to_values_what_keras_does(rate: float) -> None:
    s = script(spec([f"alpha_dropout({rate})", "dense(1)"]))
    x = np.random.default_rng(1).normal(size=(500, 6))
    a = s.forward(Run(s).w, x, np.random.default_rng(2))
    theirs = np.array(keras.layers.AlphaDropout(rate, seed=3)(x, training=True))
    values, counts = np.unique(theirs, return_counts=True)
    kept = theirs != values[counts.argmax()]
    ours_kept = a.alpha_dropout_mask != 0
    close(a.alpha_dropout[~ours_kept], values[counts.argmax()], rtol=1e-12)
    close(a.alpha_dropout[kept & ours_kept], theirs[kept & ours_kept], rtol=1e-12)


# -- Initial values --------------------------------------------------------------------


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_initial_values_have_the_same_distribution(initializer: str) -> None:
    arguments = [f"kernel_initializer={initializer}"]
    if not initializer.startswith(("orthogonal", "identity")):
        arguments.append(f"bias_initializer={initializer}")
    s = script(spec([f"dense(400, {', '.join(arguments)})"], shape="300"))
    run = Run(s)
    for weight in s.model.network.weights:
        use = weight.initializer
        drawn = class_of(keras.initializers, use.entry.name)(**given(use))
        theirs, ours = np.array(drawn(weight.shape)), run.weights()[weight.name]
        scale = theirs.std() or 1.0
        few = 5 / np.sqrt(ours.size)
        close(ours.mean(), theirs.mean(), atol=1.5 * few * scale)
        close(ours.std(), theirs.std(), rtol=1.5 * few, atol=1e-12)
        bounded = use.entry.name not in ("random_normal", "orthogonal")
        if bounded and "untruncated" not in initializer:
            close(ours.max(), theirs.max(), rtol=3 * few, atol=1e-12)
