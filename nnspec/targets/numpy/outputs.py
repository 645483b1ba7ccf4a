"""The outputs: the loss and metrics of each, and how predictions are written."""

from __future__ import annotations

import textwrap
from math import prod
from typing import cast

from nnspec import ir
from nnspec.table.data_entry import SourceEntry
from nnspec.table.training_entry import LossEntry
from nnspec.targets.numpy.labels import Labels, given_shape, plan_labels
from nnspec.targets.numpy.layout import Output
from nnspec.targets.numpy.losses import classes_of_labels, plan_class_weights, plan_loss
from nnspec.targets.numpy.measures import Measure, Measured, OutputProgram
from nnspec.targets.numpy.metrics import plan_metrics
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.program import InputProgram
from nnspec.targets.numpy.transforms import expands
from nnspec.targets.numpy.values import Value
from nnspec.targets.quote import Code, comment, literal


def plan_inputs(model: ir.Model, inputs: list[Value]) -> tuple[InputProgram, ...]:
    """The inputs of a model that is laid out, in their order."""
    pairs = zip(model.network.inputs, inputs, strict=True)
    return tuple(
        InputProgram(literal(call.name), value.owner, _drawn(model, call.name))
        for call, value in pairs
    )


def _drawn(model: ir.Model, name: str) -> Code:
    """How samples of an input are drawn: numbers, or ids of those that there are."""
    ids = model.network.ids.get(name)
    return Code(f"rng.integers({ids}, size=" if ids else "rng.normal(size=")


def plan_outputs(model: ir.Model, outputs: list[Output]) -> tuple[OutputProgram, ...]:
    """The outputs of a model that is laid out, in their order."""
    pairs = zip(model.by_output(), outputs, strict=True)
    several = len(outputs) > 1
    return tuple(_output(one, output, several=several) for one, output in pairs)


def _output(model: ir.Model, output: Output, *, several: bool) -> OutputProgram:
    """The output of a model that has one; the script's has perhaps `several`."""
    shape, training = model.output_shape, model.training
    return OutputProgram(
        name=literal(output.name),
        prediction=output.p.a,
        shape=literal(shape),
        rows=rows_of(shape),
        width=literal(prod(shape)),
        columns=_named_columns(model) if several else _columns(model),
        measured=_measured(model, training, output) if training else None,
    )


def _measured(model: ir.Model, training: ir.Training, output: Output) -> Measured:
    """What is made of an output and its labels."""
    shape, labels, objective = model.output_shape, plan_labels(model), training.only
    metrics = plan_metrics(training, output, shape, labels)
    classes = _classes(model, training)
    scores = cast(LossEntry, training.loss.entry).outputs == "scores"
    formula = cast(LossEntry, training.loss.entry).doc.partition("; ")[0]
    told = textwrap.wrap(f"{objective.name}: {formula}", 80, break_on_hyphens=False)
    return Measured(
        told=tuple(map(comment, told)),
        suffix=labels.suffix,
        labels=labels,
        loss=plan_loss(training, output, shape),
        weight=None if objective.weight == 1 else literal(objective.weight),
        metrics=metrics,
        class_weights=plan_class_weights(model, training),
        targets=_targets(model, training),
        classes=classes,
        class_names=Code(f"character_names(learnt, {classes})")
        if _follows(model)
        else _class_names(classes, labels, metrics.tables),
        seen=_seen_labels(model, training) if classes and not _follows(model) else None,
        binary=shape[-1] == 1,
        other_class=Code("-p" if scores else "1.0 - p"),
        column=Code("score" if scores else "probability"),
    )


def rows_of(shape: tuple[int, ...]) -> Code:
    """How documentation writes the shape of so many rows of this one."""
    return Code(f"({', '.join(['N', *map(str, shape)])})")


def _classes(model: ir.Model, training: ir.Training) -> Code | None:
    """How many classes a prediction chooses among, None where it is a value."""
    entry = training.loss.entry
    assert isinstance(entry, LossEntry)
    shape = model.output_shape
    if model.data and model.data.reconstruct:
        return None
    if _follows(model):
        return literal(shape[-1])
    if len(shape) != 1 or entry.target in ("value", "count", "class"):
        return None
    if entry.target in ("indicator", "sign"):
        return Code("2") if shape == (1,) else None
    return literal(shape[-1])


def _follows(model: ir.Model) -> bool:
    """Whether labels are characters that follow in a text."""
    sliding = model.data.sliding if model.data else None
    return bool(sliding and sliding[1].own)


def _class_names(
    classes: Code | None, labels: Labels, tables: tuple[Measure, ...]
) -> Code | None:
    """An expression for the names of the classes, which may be `learnt`."""
    if classes is None:
        return Code(f"[*range({tables[0].classes})]") if tables else None
    if labels.named:
        return labels.names
    return Code(f"[*range({classes})]")


def _seen_labels(model: ir.Model, training: ir.Training) -> Code:
    """The classes of labels y, without those that do not count."""
    ignored = training.loss.arguments.get("ignore_class")
    labels = classes_of_labels(model, training)
    return labels if ignored is None else Code(f"{labels}[y != {literal(ignored)}]")


def _targets(model: ir.Model, training: ir.Training) -> Code:
    """An expression for labels drawn at random, for the gradient check."""
    entry = training.loss.entry
    assert isinstance(entry, LossEntry)
    shape = model.output_shape
    whole, but_last = batch_shape(shape), batch_shape(shape[:-1])
    match entry.target:
        case "index":
            if (ignored := training.loss.arguments.get("ignore_class")) is not None:
                labels = f"[{literal(ignored)}, *range({shape[-1]})]"
                return Code(f"np.resize({labels}, {but_last})")
            return Code(f"rng.integers({shape[-1]}, size={but_last})")
        case "sequence":  # as many as have room, in an order that has zeros last
            labels = f"rng.integers({shape[1]}, size=(n, {(shape[0] + 1) // 2}))"
            return Code(f"-np.sort(-{labels})")
        case "class":
            return Code("rng.permutation(n) % 2")
        case "indicator":
            return Code(f"rng.integers(2, size={whole}).astype(np.float64)")
        case "sign":
            return Code(f"rng.choice([-1.0, 1.0], size={whole})")
        case "count":
            return Code(f"rng.poisson(2.0, size={whole}).astype(np.float64)")
        case "distribution":
            return Code(f"rng.dirichlet(np.ones({shape[-1]}), size={but_last})")
    return Code(f"rng.normal(size={whole})")


def _columns(model: ir.Model) -> Code:
    """The header of predicted values."""
    width, data = prod(model.output_shape), model.data
    if data and _tells_columns(data):
        return Code('[f"prediction_{name}" for name in table_roles(model.learnt)[1]]')
    targets = data.source.arguments.get("target") if data else None
    if data and data.horizons > 1:
        named = "table_roles(model.learnt)[2]" if isinstance(targets, tuple) else None
        return Code(f"[{_after_each(model, 'prediction', named)}]")
    if isinstance(targets, tuple) and 1 < len(targets) == width:
        return Code('[f"prediction_{name}" for name in table_roles(model.learnt)[2]]')
    if width == 1:
        return Code('["prediction"]')
    return Code(f'[f"prediction_{{i}}" for i in range({width})]')


def _named_columns(model: ir.Model) -> Code:
    """The header of predicted values of one of several outputs, as lines of a list."""
    name, width, data = (
        model.network.output_names[0],
        prod(model.output_shape),
        model.data,
    )
    columns = data.source.arguments.get("target") if data else None
    given = data.by_name.get("target") if data else None
    if data and data.horizons > 1:
        known = isinstance(columns, tuple) and all(isinstance(c, str) for c in columns)
        named = literal(columns) if known else None
        return Code(f"*({_after_each(model, f'{name}_prediction', named)})")
    if width == 1:
        return literal(f"{name}_prediction")
    if given and isinstance(columns, tuple) and len(columns) == width:
        if all(isinstance(column, str) for column in columns):
            texts = (literal(f"{name}_prediction_{column}") for column in columns)
            return Code(",\n    ".join(texts))
        places = [given.items.index(column) for column in columns]
        targets = f"table_roles(model.learnt)[2][i] for i in {places}"
        return Code(f'*("{name}_prediction_" + {targets})')
    return Code(f'*(f"{name}_prediction_{{i}}" for i in range({width}))')


def _after_each(model: ir.Model, start: str, named: str | None) -> str:
    """The headers of values at several horizons, as items of a list.

    Of several targets at each, these are `named` by an expression, or by numbers.
    """
    (targets,) = given_shape(model)
    if targets == 1:
        return f'f"{start}_{{n}}" for n in HORIZONS'
    named = named or f"range({targets})"
    return f'f"{start}_{{name}}_{{n}}" for n in HORIZONS for name in {named}'


def _tells_columns(data: ir.Data) -> bool:
    """Whether the outputs are what the columns of a table are, one for one."""
    table = cast(SourceEntry, data.source.entry).table
    return bool(data.reconstruct and table and not any(map(expands, data.transforms)))
