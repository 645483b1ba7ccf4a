"""Every optimizer with everything that it can be given, beside Keras.

The updates are compared alone: by the same gradients, without a network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nnspec.table.entry import Use
from tests.cases import (
    OPTIMIZED,
    OPTIMIZER_NAMES,
    OPTIMIZERS,
    SCHEDULES,
    optimized,
)
from tests.parity.conftest import WHY
from tests.scripts import Array, Run, script

jax = pytest.importorskip("jax", reason=WHY)
keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import (  # noqa: E402
    COMMON_SLOTS,
    class_of,
    given,
    slots_of,
)

close = np.testing.assert_allclose
STEPS = 7


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    """JAX as it is, which would compile each condition anew every time."""
    with jax.disable_jit():
        yield


@pytest.mark.share(4)
@pytest.mark.parametrize(
    "optimizer", [o for o in (*OPTIMIZERS, *OPTIMIZED) if "one_cycle" not in o]
)
def test_updates(optimizer: str) -> None:
    compare(Run(script(optimized(optimizer))))


@pytest.mark.share(11)
@pytest.mark.parametrize("name", OPTIMIZER_NAMES)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules(name: str, schedule: str) -> None:
    """Schedules count batches, those that make no update among them."""
    more = "weight_decay=0.1, gradient_accumulation_steps=2"
    compare(Run(script(optimized(f"{name}({schedule}, {more})"))))


def compare(run: Run) -> None:
    """The weights after each of some steps, and the slots after the last."""
    s = run.script
    assert s.model.training is not None
    use = s.model.training.optimizer
    rng = np.random.default_rng(5)
    run.parameters += rng.normal(0, 0.3, run.parameters.size)
    run.named(run.parameters)["dense_1/bias"][:] = 0  # a weight without a length
    run.begin()
    weights = [
        keras.Variable(w.copy(), name=name.replace("/", "_"))
        for name, w in run.weights().items()
    ]
    optimizer = class_of(keras.optimizers, use.entry.name)(**given(use))
    for step in range(STEPS):
        deviation = (0.5, 0.1)[step % 2]  # too large for the clippings, and not
        run.gradients[:] = rng.normal(0, deviation, run.gradients.size)
        run.gradients[5:8] = 0
        gradients = [g.copy() for g in run.named(run.gradients).values()]
        run.apply()
        optimizer.apply(gradients, weights)
        if use.entry.name == "ftrl" and not float(optimizer.learning_rate):
            return  # Keras divides by it
        for found, expected in zip(run.weights().values(), weights, strict=True):
            close(found, expected.value, rtol=1e-10, atol=1e-10)
        rate = eval(s.optimizer.rate, {"state": run, **vars(s.module)})
        close(rate, float(optimizer.learning_rate), rtol=1e-12)
    compare_slots(run, optimizer, use)


def compare_slots(run: Run, optimizer: Any, use: Use) -> None:
    """What the optimizer keeps, and that it keeps nothing else."""
    for i, slot in enumerate([] if run.script.optimizer.factored else run.slot_names):
        expected = slots_of(optimizer, slot, use.entry.name)
        found = run.named(run.slots[i]).values()
        for one, other in zip(found, expected, strict=True):
            close(one, other, rtol=1e-10, atol=1e-10, err_msg=slot)
    if run.script.optimizer.factored:
        compare_factors(run, optimizer)


def compare_factors(run: Run, optimizer: Any) -> None:
    """The means of rows and columns, and what is behind them in the flat array."""
    m, stop = run.script.module, 0
    for i, (_, shape, rows, columns) in enumerate(m.factored(m.SHAPES.values())):
        matrix = len(shape) > 1
        expected = optimizer._r[i] if matrix else optimizer._v[i]
        close(run.slots[rows], np.ravel(expected.value), rtol=1e-10, err_msg="rows")
        if matrix:
            expected = np.ravel(optimizer._c[i].value)
            close(run.slots[columns], expected, rtol=1e-10, err_msg="columns")
        stop = columns.stop
    for slot in COMMON_SLOTS:
        if (attribute := slots_of_all(optimizer, slot)) is not None:
            found = run.slots[stop : stop + m.PARAMETERS]
            close(found, attribute, rtol=1e-10, atol=1e-10, err_msg=slot)
            stop += m.PARAMETERS
    assert stop == len(run.slots)


def slots_of_all(optimizer: Any, slot: str) -> Array | None:
    """A slot that any optimizer may keep, as one flat array; None if it does not."""
    if not hasattr(optimizer, COMMON_SLOTS[slot]):
        return None
    return np.concatenate([np.ravel(part) for part in slots_of(optimizer, slot, "")])
