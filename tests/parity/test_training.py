"""Five steps of training beside Keras, for every case of the table."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnspec.table.training_entry import LossEntry
from nnspec.targets.numpy import network
from nnspec.targets.numpy.arrays import Arrays
from tests.cases import CASES
from tests.parity.conftest import WHY
from tests.scripts import Array, Run, Script, script

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import INEXACT, Built, build, comparable  # noqa: E402

close = np.testing.assert_allclose
SAMPLES, BATCH = 22, 5  # the last batch is smaller


def data(s: Script) -> tuple[Array, Array]:
    """Samples and labels at random; pairs of a class in each batch of classes."""
    rng = np.random.default_rng(1)
    assert s.model.training is not None
    loss = s.model.training.loss.entry
    pairs = isinstance(loss, LossEntry) and loss.target == "class"
    n = 5 * BATCH if pairs else SAMPLES
    return s.samples(rng, n), s.labels(rng, n)


def train(s: Script, run: Run, built: Built, x: Array, y: Array) -> None:
    """Train both on the same batches, and compare what they measure of each."""
    built.set_weights(run.weights())
    for first in range(0, len(x), BATCH):
        rows = slice(first, first + BATCH)
        a = run.update(x[rows], y[rows])
        built.trained.reset_metrics()
        measured = built.trained.train_on_batch(
            built.inputs(x[rows], a),
            y[rows],
            class_weight=s.class_weight,
            return_dict=True,
        )
        for name, number in measured.items():
            same(run.measured[name], float(number), name)


def same(found: float, expected: float, name: str) -> None:
    """A value of the history; some that Keras tells are not exact."""
    near = INEXACT.get(re.sub(r"_\d$", "", name), 1e-10)
    close(found, expected, rtol=near, atol=near, err_msg=name)


@pytest.mark.share(11)
@pytest.mark.parametrize("name", CASES)
def test_five_steps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bias begins at 0: at the kink of a ReLU, Keras's backends disagree."""
    # What is drawn is read after the way back, so its memory must be its own.
    monkeypatch.setattr(
        network, "Arrays", lambda taken, _, *uses: Arrays(taken, False, *uses)
    )
    s = script(f"{CASES[name]}\n")
    run, built = Run(s), build(s.model)
    run.parameters += np.random.default_rng(2).normal(0, 0.1, run.parameters.size)
    x, y = data(s)
    assert sorted(built.weights()) == sorted(s.module.SHAPES)
    train(s, run, built, x, y)
    assert run.step == 5
    compare_state(s, run, built)
    compare_results(s, run, built, x, y)


def compare_state(s: Script, run: Run, built: Built) -> None:
    """The weights and the optimizer's slots."""
    for path, expected in built.weights().items():
        close(run.weights()[path], expected, rtol=1e-10, atol=1e-10, err_msg=path)
    assert s.model.training is not None
    optimizer = s.model.training.optimizer.entry.name
    if s.optimizer.factored:
        return  # its slots are compared with its updates
    for slot, flat in zip(run.slot_names, run.slots, strict=True):
        for path, expected in built.slots(slot, optimizer).items():
            found = run.named(flat)[path]
            close(found, expected, rtol=1e-10, atol=1e-10, err_msg=f"{slot} of {path}")


def compare_results(s: Script, run: Run, built: Built, x: Array, y: Array) -> None:
    """What the trained model predicts, and how it is evaluated."""
    inputs = built.inputs(x)
    predicted = built.used.predict(inputs, verbose=0)
    close(s.predict(run.w, x), predicted, rtol=1e-10, atol=1e-10)
    expected = built.evaluated.evaluate(inputs, y, verbose=0, return_dict=True)
    found = s.module.evaluate_part(run.w, s.held(x), y, "")
    for name, number in expected.items():
        same(found[name], float(number), name)
    training = s.model.training
    assert training is not None
    assert set(found) == set(training.monitored)
    pairs = zip(training.only.labels, training.metrics, strict=True)
    assert set(expected) == {"loss", *(name for name, m in pairs if comparable(m))}
