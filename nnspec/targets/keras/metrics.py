"""Metrics as Keras is given them, and what it has to be told of labels for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.entry import Use
from nnspec.table.training_entry import LossEntry, MetricEntry
from nnspec.targets.keras.names import LOSSES
from nnspec.targets.keras.spelling import call, is_default, plain, value
from nnspec.targets.numpy.labels import Labels, plan_labels
from nnspec.targets.quote import Code, literal

#: Metrics that Keras knows by names, which are then their names in the history.
_BY_NAME = frozenset(
    {"accuracy", "acc", "binary_accuracy", "categorical_accuracy"}
    | {"sparse_categorical_accuracy", "mean_squared_error", "mean_absolute_error"}
)


#: The plain files of all scripts that those of Keras call for metrics.
RUNTIME = frozenset({"class_number"})


class RestoredProgram(Record):
    """The function `restored`, with a `suffix`, that undoes the transforms of a target.

    `learnt` is what it takes beside the target, `prefix` begins the names in it.
    """

    suffix: Code
    lines: tuple[Code, ...]
    own: Code | None


class MetricsProgram(Record):
    """The metrics of an output, as they are `made`.

    Before that are the `lines` that find the numbers of classes; `learnt` says that
    something needs what the data section has learnt. `files` are plain files.
    """

    made: tuple[Code, ...]
    lines: tuple[Code, ...]
    learnt: bool
    files: frozenset[str]
    restored: RestoredProgram | None


def plan_metrics(model: ir.Model) -> MetricsProgram:
    """Those of a model of one output that are numbers."""
    training = cast(ir.Training, model.training)
    labels = plan_labels(model)
    pairs = zip(training.only.labels, training.metrics, strict=True)
    chosen = [(n, use) for n, use in pairs if not cast(MetricEntry, use.entry).matrix]
    lines = tuple(_lines(chosen, labels, training))
    steps = labels.steps if chosen else ()
    made = []
    for label, use in chosen:
        metric = _metric(label, use, model, whole=not steps)
        if steps:
            learns = ", learnt" * bool(labels.keys)
            metric = Code(f"in_units({metric}, restored{labels.suffix}{learns})")
        made.append(metric)
    files = {
        name
        for name in ("of_indices", "in_units", "adjusted")
        if any(f"{name}(" in metric for metric in made)
    }
    return MetricsProgram(
        tuple(made),
        lines,
        bool(lines or (steps and labels.keys)),
        frozenset(files | ({"class_number"} if lines else set())),
        _restored(labels) if steps else None,
    )


def _lines(
    chosen: list[tuple[str, Use]], labels: Labels, training: ir.Training
) -> Iterator[Code]:
    """The lines that find the number of each class that a metric names."""
    for label, use in chosen:
        if isinstance(name := use.arguments.get("class_id"), str):
            number = _number(label, training)
            yield Code(f"{number} = class_number({literal(name)}, {labels.names})")


def _number(label: str, training: ir.Training) -> Code:
    return Code(f"{training.only.prefix}{label}_class")


def _restored(labels: Labels) -> RestoredProgram:
    lines = tuple(Code(f"y = {step.undone}") for step in reversed(labels.steps))
    return RestoredProgram(
        labels.suffix, lines, labels.output if labels.output and labels.keys else None
    )


def _metric(label: str, use: Use, model: ir.Model, *, whole: bool) -> Code:
    if whole and label in _BY_NAME and plain(use) and label != "acc":
        return literal(label)
    training = cast(ir.Training, model.training)
    entry, shape = cast(MetricEntry, use.entry), model.output_shape
    sparse = cast(LossEntry, training.loss.entry).target == "index" and shape[-1] > 1
    more = {"name": literal(label)}
    if isinstance(use.arguments.get("class_id"), str):
        more["class_id"] = _number(label, training)
    if entry.name == "accuracy":
        return Code(f"keras.metrics.{_kind(shape, sparse)}(name={literal(label)})")
    if entry.name == "top_k_accuracy":
        made = call("metric", use, more=more)
        return Code(made.replace(".TopK", ".SparseTopK")) if sparse else made
    logits = training.loss.arguments.get("from_logits")
    if entry.name == "auc" and logits:
        more["from_logits"] = literal(True)
    if entry.name == "f1_score" and shape[-1] == 1 and not use.arguments["threshold"]:
        more["threshold"] = literal(0.5)
    if entry.name in LOSSES:
        return _loss_as_metric(label, use)
    made = call("metric", use, left_out=("num_regressors",), more=more)
    if count := use.arguments.get("num_regressors"):
        return Code(f"adjusted({made}, {literal(count)})")
    if sparse and entry.whole:
        return Code(f"of_indices({made}, {shape[-1]})")
    return made


def _loss_as_metric(label: str, use: Use) -> Code:
    """The mean of a loss that Keras has no metric for."""
    words = [f"keras.losses.{use.entry.name}", f"name={literal(label)}"]
    words += [
        f"{argument.name}={value(argument.name, use.arguments[argument.name])}"
        for argument in use.entry.arguments
        if not is_default(use, argument)
    ]
    return Code(f"keras.metrics.MeanMetricWrapper({', '.join(words)})")


def _kind(shape: tuple[int, ...], sparse: bool) -> str:
    """The class of an accuracy, which Keras finds out by itself under its own name."""
    if shape[-1] == 1:
        return "BinaryAccuracy"
    return "SparseCategoricalAccuracy" if sparse else "CategoricalAccuracy"
