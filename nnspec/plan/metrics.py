"""The metrics: those that are means over samples, and those of a whole part."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.plan.layout import Output, quoted
from nnspec.plan.names import batch_shape
from nnspec.plan.program import Measure, Metrics
from nnspec.quote import Code, literal
from nnspec.record import replace
from nnspec.table.entry import Loss, Metric, Shape, Use


def plan_metrics(
    training: ir.Training, output: Output, shape: Shape, *, named: bool, restored: bool
) -> Metrics:
    """The metrics of outputs of a shape; with `from_logits`, they are of logits.

    Where classes may be `named`, a metric may be about one by its label. Where outputs
    are `restored` to the units of the data, metrics are of the restored ones.
    """
    from_logits = training.loss.arguments.get("from_logits")
    value = output.z if from_logits else output.p
    kind = _kind(training, shape)
    found = [
        (
            cast(Metric, use.entry),
            _measure(use, label, kind, value.a, shape, training, named),
        )
        for label, use in zip(training.labels, training.metrics, strict=True)
    ]
    measures, scores = list[Measure](), list[Measure]()
    for entry, measure in found:
        if entry.whole or restored:
            scores += [] if entry.matrix else [replace(measure, p=Code("p"))]
        else:
            measures.append(measure)
    return Metrics(
        measures=tuple(measures),
        restored=restored,
        names=literal(["loss", *(str(measure.label) for measure in measures)]),
        scores=tuple(scores),
        tables=tuple(measure for entry, measure in found if entry.matrix),
        p=value.a,
        shape=batch_shape(shape, "len(x)"),
        classes=literal(shape[-1]) if kind == "sparse" else None,
    )


def _kind(training: ir.Training, shape: Shape) -> str:
    """What labels are, as Keras finds out by their shape and that of the outputs."""
    if shape[-1] == 1:
        return "binary"
    sparse = cast(Loss, training.loss.entry).target == "index"
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
    entry, loss = cast(Metric, use.entry), cast(Loss, training.loss.entry)
    cut = entry.cut(use.arguments, shape, loss)
    ignored = training.loss.arguments.get("ignore_class")
    about = literal(use.arguments.get("class_id")) if named else Code("None")
    arguments = quoted(use.arguments)
    if about != "None":
        arguments["class_id"] = Code(f"{label}_class")
    return Measure(
        label=Code(label),
        template=Code(entry.name),
        arguments=arguments,
        chosen=frozenset(v for v in use.arguments.values() if isinstance(v, str)),
        kind=kind,
        p=Code("p") if entry.whole else p,
        cut=None if cut is None else literal(cut),
        classes=literal(max(shape[-1], 2)),
        signs=loss.target == "sign",
        ignored=None if ignored is None else literal(ignored),
        about=None if about == "None" else about,
    )


def files_of_metrics(training: ir.Training, shape: Shape) -> tuple[str, ...]:
    """The plain files that the templates of the metrics call."""
    return tuple(
        file
        for use in training.metrics
        for file in cast(Metric, use.entry).files(use.arguments, shape)
    )
