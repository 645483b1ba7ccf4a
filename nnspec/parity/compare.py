"""The same training with both scripts, and the greatest differences."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import numpy as np

from nnspec import compiler, ir
from nnspec.compiler import Analysis
from nnspec.origin import Origin
from nnspec.parity.batches import as_held, made_up
from nnspec.parity.double import compute_in_double
from nnspec.parity.scripts import (
    Course,
    module_of,
    train_in_keras,
    train_in_numpy,
    without,
)
from nnspec.parity.settled import settle, without_data
from nnspec.record import Record, replace
from nnspec.table.entry import LayerEntry
from nnspec.table.training_entry import MetricEntry
from nnspec.targets.numpy.program import NetworkProgram, Program
from nnspec.targets.numpy.script import plan

#: A step trains on so many samples at most.
_LARGEST_BATCH = 32
#: Metrics that Keras approximates, and what by.
_CURVE, _DIVISORS = "by 200 thresholds", "with 1e-7 in its divisors"
_INEXACT = {
    "auc": _CURVE,
    "precision_at_recall": _CURVE,
    "recall_at_precision": _CURVE,
    "sensitivity_at_specificity": _CURVE,
    "specificity_at_sensitivity": _CURVE,
    "f1_score": _DIVISORS,
    "fbeta_score": _DIVISORS,
}


class Compared(Record):
    """The greatest difference of each kind, and what there is to say of it.

    A difference is |a - b| / max(1, |a|): absolute below 1, relative above.
    """

    differences: Mapping[str, float]
    told: tuple[str, ...]
    title: str


class _Both(Record):
    """Both scripts as modules, and what each is given to train on."""

    numpy: ModuleType
    keras: ModuleType
    program: Program
    given: tuple[tuple[Any, ...], tuple[Any, ...]]
    told: tuple[str, ...]
    samples: int


def compare(analysis: Analysis, steps: int, folder: str) -> Compared:
    """Train both scripts of a spec; data files are looked for in a folder.

    Keras is imported, with the backend that `KERAS_BACKEND` names. Raises `SpecError`
    for what one of the scripts cannot do.
    """
    model = analysis.model
    assert model is not None
    assert model.training is not None
    settled = settle(model)
    size = min(model.training.batch_size, _LARGEST_BATCH)
    both = _prepared(replace(analysis, model=settled.model), steps * size, folder)
    size = min(size, both.samples)
    keras = both.keras.keras
    with tempfile.TemporaryDirectory() as place:
        weights = Path(place, "weights.npz")
        np.savez(weights, **_weights(both.numpy))
        given = {"epochs": 1, "batch_size": size, "initial_weights": weights}
        options = [_options(module, **given) for module in (both.numpy, both.keras)]
        mine, state = train_in_numpy(both.numpy, options[0], both.given[0])
        names = list(settled.model.network.output_names)
        theirs = train_in_keras(both.keras, options[1], both.given[1], names)
    (x, _) = both.given[0][0]["train"]
    mine = replace(mine, predictions=_predictions(both, state, x, names))
    inexact, told = _inexact(model)
    moved = _moved_in_turn(settled.model)
    if moved:
        told.append(
            f"not compared: {', '.join(moved)} and predictions, as Keras takes the "
            "uses of a shared layer in an order of its own"
        )
        mine, theirs = (without(course, moved) for course in (mine, theirs))
    backend = keras.backend.backend()
    return Compared(
        _differences(mine, theirs, inexact),
        (*both.told, *settled.told, *told),
        f"{model.name}: {len(mine.means)} steps of {size} samples in float64, "
        f"Keras {keras.__version__} on {backend}",
    )


def _prepared(analysis: Analysis, n: int, folder: str) -> _Both:
    """Both scripts with n samples of the spec's data, or with made-up ones."""
    model = cast(ir.Model, analysis.model)
    if model.data is not None:
        modules = _modules(analysis, folder)
        program = plan(model, analysis.source, Origin())
        try:
            found = [_loaded(module, n) for module in modules]
        except Exception as fault:
            if type(fault).__name__ != "InputError":
                raise
            reason = f"data: made up, as the spec's cannot be had: {fault}"
        else:
            given = tuple(found)
            count = len(found[0][0]["train"][0])
            told = "data: that of the spec"
            return _Both(*modules, program, given, (told,), count)  # type: ignore[arg-type]
    else:
        reason = "data: made up, as the spec names none"
    alone = replace(analysis, model=without_data(model))
    modules = _modules(alone, folder)
    program = plan(cast(ir.Model, alone.model), analysis.source, Origin())
    x, y = made_up(model, program.network, n)
    found = [({"train": _held(module, program.network, x, y)},) for module in modules]
    return _Both(*modules, program, tuple(found), (reason,), n)  # type: ignore[arg-type]


def _held(
    module: ModuleType, network: NetworkProgram, x: dict[str, Any], y: dict[str, Any]
) -> tuple[Any, Any]:
    return (
        as_held(module, x, several=network.many_inputs),
        as_held(module, y, several=network.many_outputs),
    )


def _modules(analysis: Analysis, folder: str) -> tuple[ModuleType, ModuleType]:
    origin = Origin(os.path.abspath(folder), "nnspec parity")
    texts = (
        compiler.script(analysis, replace(origin, target=target))
        for target in ("numpy", "keras")
    )
    one, other = (module_of(text, f"script_{i}") for i, text in enumerate(texts))
    compute_in_double(other.keras)
    return one, other


def _options(module: ModuleType, **given: object) -> Any:
    """The options of a training that prints and saves nothing."""
    options = module.parse(["train"])
    vars(options).update(given, quiet=True)
    return options


def _loaded(module: ModuleType, n: int) -> tuple[Any, ...]:
    """The first n samples for training, and what the data section has learnt."""

    def nothing(url: str, *_: object) -> None:
        raise module.InputError(f"{url} is not downloaded for that")

    if hasattr(module, "download"):
        vars(module)["download"] = nothing
    found = module.load_data(_options(module))
    parts, *learnt = found if isinstance(found, tuple) else (found,)
    x, y = parts["train"]
    return ({"train": (x[:n], y[:n])}, *learnt)


def _weights(module: ModuleType) -> dict[str, Any]:
    """Initial weights, moved a little: at 0 kinks and mistakes would stay unseen."""
    rng = np.random.default_rng(7)
    parameters = np.zeros(module.PARAMETERS)
    w = module.views(parameters)
    module.initialize(w, rng)
    trained = parameters[: getattr(module, "TRAINABLE", None)]
    trained += 0.02 * rng.normal(size=trained.shape)
    found: dict[str, Any] = module.named(w)
    return found


def _predictions(
    both: _Both, state: SimpleNamespace, x: Any, names: list[str]
) -> dict[str, Any]:
    """What the network gives with the weights that a training leaves: averages, too."""
    found: dict[str, list[Any]] = {name: [] for name in names}
    values = [output.prediction for output in both.program.network.outputs]
    w = eval(str(both.program.left), {**vars(both.numpy), "state": state})
    for _, a in both.numpy.forward_all(w, x):
        for name, value in zip(names, values, strict=True):
            found[name].append(np.array(eval(str(value), {"a": a, "np": np})))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _inexact(model: ir.Model) -> tuple[set[str], list[str]]:
    """The metrics that cannot be the same, by their names in the history."""
    names, told = set[str](), list[str]()
    assert model.training is not None
    for objective in model.training.objectives:
        pairs = zip(objective.labels, objective.metrics, strict=True)
        for label, use in pairs:
            why = _INEXACT.get(use.entry.name)
            if why and not cast(MetricEntry, use.entry).matrix:
                names.add(objective.prefix + label)
                told.append(f"not compared: {label}, which Keras computes {why}")
    return names, told


def _moved_in_turn(model: ir.Model) -> list[str]:
    """The running means that several uses of a shared layer update in turn."""
    uses = Counter(
        weight.name
        for call in model.network.calls
        if cast(LayerEntry, call.use.entry).by_batch
        and call.use.arguments.get("trainable") is not False
        for weight in call.weights
        if not weight.trainable
    )
    return [name for name, count in uses.items() if count > 1]


def _differences(mine: Course, theirs: Course, inexact: set[str]) -> dict[str, float]:
    def losses(name: str) -> bool:
        return name == "loss" or name.endswith("_loss")

    found = {
        "losses": _rows(mine.means, theirs.means, losses),
        "metrics": _rows(
            (*mine.means, mine.last),
            (*theirs.means, theirs.last),
            lambda name: not (losses(name) or name in inexact or name in _NOT_MEASURED),
        ),
        "weights": _rows(mine.weights, theirs.weights, lambda _: True),
        "predictions": _rows([mine.predictions], [theirs.predictions], lambda _: True),
    }
    return {name: value for name, value in found.items() if value is not None}


#: What a row of the history has beside the loss and the metrics.
_NOT_MEASURED = ("epoch", "learning_rate", "seconds")


def _rows(
    mine: Iterable[Mapping[str, Any]],
    theirs: Iterable[Mapping[str, Any]],
    chosen: Callable[[str], bool],
) -> float | None:
    """The greatest difference of what is called alike; of nothing, None."""
    most: float | None = None
    for one, other in zip(mine, theirs, strict=True):
        for name in filter(chosen, one):
            if name not in other:
                raise KeyError(f"Keras has no {name!r}, but {[*other]}")
            most = max(most or 0.0, difference(one[name], other[name]))
    return most


def difference(a: Any, b: Any) -> float:
    """The greatest |a - b| / max(1, |a|); infinite where only one is no number."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        return float("inf")
    alike = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        apart = np.where(alike, 0.0, np.abs(a - b) / np.maximum(1.0, np.abs(a)))
    return float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0))
