"""The metrics: those that are means over samples, and those of a whole part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from nnspec import ir
from nnspec.record import replace
from nnspec.table.entry import Shape, Use
from nnspec.table.training_entry import LossEntry, MetricEntry
from nnspec.targets.numpy.labels import Labels
from nnspec.targets.numpy.layout import Output, quoted
from nnspec.targets.numpy.losses import plan_measured_loss
from nnspec.targets.numpy.measures import Measure, Metrics
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.quote import Code, literal


def plan_metrics(
    training: ir.Training, output: Output, shape: Shape, labels: Labels
) -> Metrics:
    """The metrics of outputs of a shape; with `from_logits`, they are of logits.

    Where labels may have names, a metric may be about one of these. Where outputs are
    restored to the units of the data, metrics are of the restored ones.
    """
    from_logits = training.loss.arguments.get("from_logits")
    value = output.z if from_logits else output.p
    kind = _kind(training, shape)
    found = [
        (
            cast(MetricEntry, use.entry),
            _measure(use, label, kind, value.a, shape, training, labels.named),
        )
        for label, use in zip(training.only.labels, training.metrics, strict=True)
    ]
    measures, scores = list[Measure](), list[Measure]()
    for entry, measure in found:
        if entry.whole or labels.steps:
            scores += [] if entry.matrix else [replace(measure, p=Code("p"))]
        else:
            measures.append(measure)
    return Metrics(
        measures=tuple(measures),
        restored=bool(labels.steps),
        names=_names(training, measures),
        scores=tuple(scores),
        tables=tuple(measure for entry, measure in found if entry.matrix),
        p=value.a,
        shape=batch_shape(shape, "len(x)"),
        classes=literal(shape[-1]) if kind == "sparse" else None,
    )


def _names(training: ir.Training, measures: Iterable[Measure]) -> Code:
    """The names of all that is a mean over samples: the loss, then the metrics."""
    names = [] if len(training.objectives) == 1 else ["loss"]
    for objective in training.objectives:
        names.append(f"{objective.prefix}loss")
        names += [m.label for m in measures if m.prefix == objective.prefix]
    return literal([*map(str, names)])


def all_metrics(training: ir.Training, metrics: Sequence[Metrics]) -> Metrics:
    """The metrics of all outputs."""
    if len(metrics) == 1:
        return metrics[0]
    measures = tuple(m for one in metrics for m in one.measures)
    return replace(
        metrics[0],
        measures=measures,
        restored=any(one.restored for one in metrics),
        names=_names(training, measures),
        scores=tuple(m for one in metrics for m in one.scores),
        tables=tuple(m for one in metrics for m in one.tables),
    )


def _kind(training: ir.Training, shape: Shape) -> str:
    """What labels are, as Keras finds out by their shape and that of the outputs."""
    if shape[-1] == 1:
        return "binary"
    sparse = cast(LossEntry, training.loss.entry).target == "index"
    return "sparse" if sparse else "categorical"


def _measure(
    use: Use,
    label: str,
    kind: str,
    p: Code,
    shape: Shape,
    training: ir.Training,
    named: bool,
) -> Measure:
    entry, loss = cast(MetricEntry, use.entry), cast(LossEntry, training.loss.entry)
    cut = entry.cut(use.arguments, shape, loss)
    ignored = training.loss.arguments.get("ignore_class")
    about = literal(use.arguments.get("class_id")) if named else Code("None")
    prefix = training.only.prefix
    label = prefix + label
    arguments = quoted(use.arguments)
    if isinstance(classes := use.arguments.get("target_class_ids"), tuple):
        arguments["target_class_ids"] = literal([*classes])  # as NumPy takes them
    if about != "None":
        arguments["class_id"] = Code(f"{label}_class")
    return Measure(
        label=Code(label),
        prefix=Code(prefix),
        template=Code("loss" if entry.loss else entry.name),
        arguments=arguments,
        chosen=frozenset(v for v in use.arguments.values() if isinstance(v, str)),
        kind=kind,
        p=Code("p") if entry.whole else p,
        cut=None if cut is None else literal(cut),
        classes=literal(max(shape[-1], 2)),
        signs=loss.target == "sign",
        ignored=None if ignored is None else literal(ignored),
        about=None if about == "None" else about,
        names=Code(f"classes[{literal(training.only.name)}]" if prefix else "classes"),
        loss=plan_measured_loss(use, entry.loss, shape) if entry.loss else None,
    )


def files_of_metrics(model: ir.Model) -> tuple[str, ...]:
    """The plain files that the templates of the metrics call."""
    return tuple(
        file
        for one in model.by_output()
        for use in (one.training.metrics if one.training else ())
        for file in cast(MetricEntry, use.entry).files(use.arguments, one.output_shape)
    )
