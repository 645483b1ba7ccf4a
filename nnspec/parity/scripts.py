"""Scripts as modules, and what becomes of each step of a training with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from nnspec.record import Record, replace

Arrays = Mapping[str, Any]


class Course(Record):
    """What a training came to.

    `means` are those of the loss and the metrics after each step, over all samples so
    far, and `last` those of the whole training; `weights` are those after each step.
    """

    means: tuple[Mapping[str, float], ...]
    last: Mapping[str, float]
    weights: tuple[Arrays, ...]
    predictions: Arrays


def without(course: Course, names: list[str]) -> Course:
    """A course without weights of these names, nor what is predicted with them."""
    weights = (
        {name: array for name, array in arrays.items() if name not in names}
        for arrays in course.weights
    )
    return replace(course, weights=tuple(weights), predictions={})


def module_of(text: str, name: str) -> ModuleType:
    """A script as a module."""
    module = ModuleType(name)
    module.__file__ = f"{name}.py"
    exec(compile(text, module.__file__, "exec"), module.__dict__)  # as `nnspec run`
    return module


def train_in_numpy(
    module: ModuleType, options: SimpleNamespace, given: tuple[Any, ...]
) -> tuple[Course, SimpleNamespace]:
    """A training with the script of NumPy; it has no predictions yet."""
    means: list[Mapping[str, float]] = []
    weights: list[Arrays] = []
    states: list[SimpleNamespace] = []
    run_epoch = module.run_epoch

    def watched(state: SimpleNamespace, *rest: Any) -> Any:
        states.append(state)
        return run_epoch(state, *rest)

    def progress(starts: range, title: str, so_far: Any) -> Iterator[int]:
        for start in starts:
            yield start
            means.append(so_far())
            weights.append({n: w.copy() for n, w in module.named(states[-1].w).items()})

    with _replaced(module, run_epoch=watched, progress=progress):
        state = module.fit(options, *given)
    last = {k: v for k, v in state.history[-1].items() if isinstance(v, float)}
    return Course(tuple(means), last, tuple(weights), {}), state


@contextmanager
def _replaced(module: ModuleType, **parts: object) -> Iterator[None]:
    before = {name: getattr(module, name) for name in parts}
    vars(module).update(parts)
    try:
        yield
    finally:
        vars(module).update(before)


def train_in_keras(
    module: ModuleType,
    options: SimpleNamespace,
    given: tuple[Any, ...],
    names: list[str],
) -> Course:
    """A training with the script of Keras, and what its model then gives.

    `names` are those of the outputs.
    """
    keras = module.keras
    means: list[Mapping[str, float]] = []
    weights: list[Arrays] = []

    class Recorder(keras.callbacks.Callback):  # type: ignore[misc,name-defined]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if sync := getattr(self.model, "jax_state_sync", None):
                sync()
            means.append({name: float(value) for name, value in logs.items()})
            arrays = module.arrays_of(self.model)
            weights.append({name: np.array(w) for name, w in arrays.items()})

    parts, *learnt = given
    model, rows = module.fit(options, parts, *learnt, Recorder())
    last = {k: v for k, v in rows[-1].items() if isinstance(v, float)}
    predict = getattr(module, "predictions_of", module.outputs_of)
    found = predict(model, parts["train"][0])
    if not isinstance(found, dict):
        found = {names[0]: found}
    return Course(tuple(means), last, tuple(weights), found)
