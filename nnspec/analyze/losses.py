"""Whether the loss and the weights of classes fit the network."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.classes import class_fault, weighed_classes
from nnspec.diagnostics import Diagnostics, Note
from nnspec.source import Span
from nnspec.table.entry import Misfit, Use
from nnspec.table.spelling import spell
from nnspec.table.training_entry import LossEntry, MetricEntry


def verify_loss(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report what the loss is given for classes that the network does not have."""
    if model.training is None:
        return
    _verify_outputs(model, model.training.loss, diagnostics)
    for use in (model.training.loss, *model.training.metrics):
        _verify_alpha(model, use, diagnostics)
        _verify_axes(model, use, diagnostics)
    if model.training.class_weight is not None:
        _verify_class_weight(model, model.training, diagnostics)


def _verify_outputs(model: ir.Model, use: Use, diagnostics: Diagnostics) -> None:
    """Outputs are of a shape that the loss takes."""
    try:
        cast(LossEntry, use.entry).verify(model.output_shape)
    except Misfit as misfit:
        diagnostics.error(
            misfit.code,
            misfit.message,
            use.span,
            help=misfit.help,
            notes=[Note(model.network.last[0].span, "the output")],
        )


def _verify_axes(model: ir.Model, use: Use, diagnostics: Diagnostics) -> None:
    """Axes to sum over are axes of a batch of outputs, each once."""
    entry = use.entry.loss if isinstance(use.entry, MetricEntry) else use.entry
    axes, rank = use.arguments.get("axis"), len(model.output_shape) + 1
    if not (isinstance(entry, LossEntry) and entry.of_sums and isinstance(axes, tuple)):
        return
    places = [axis + rank if axis < 0 else axis for axis in axes]
    wrong = [
        axis for axis, place in zip(axes, places, strict=True) if not 0 <= place < rank
    ]
    if wrong or len({*places}) < len(places):
        diagnostics.error(
            "shape-mismatch",
            f"`{use.name}` has no axis {wrong[0]} here: a batch of "
            f"{model.output_shape} has axes from 0 to {rank - 1}, or from -{rank} to -1"
            if wrong
            else f"`{use.name}` is given one axis twice",
            use.span_of("axis"),
            help="leave `axis` out for the sums over the whole batch",
            notes=[Note(model.network.last[0].span, "the output")],
        )


def _verify_alpha(model: ir.Model, use: Use, diagnostics: Diagnostics) -> None:
    """Factors for each class are as many as there are outputs."""
    alpha = use.arguments.get("alpha")
    if isinstance(alpha, tuple) and len(alpha) != model.output_shape[-1]:
        diagnostics.error(
            "shape-mismatch",
            f"`alpha` has {len(alpha)} factor{'s' * (len(alpha) != 1)}, but the "
            f"network gives {model.output_shape}",
            use.span_of("alpha"),
            help="write one for each class, or one number for all",
            notes=[Note(model.network.last[0].span, "the output")],
        )


def _verify_class_weight(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    classes = weighed_classes(model, training)
    if classes is None or cast(LossEntry, training.loss.entry).of_sums:
        _report_no_classes(model, training, diagnostics)
        return
    weights = training.class_weight
    if not isinstance(weights, tuple):
        return
    last = Note(model.network.last[0].span, "the output")
    seen: dict[object, Span] = {}
    for pair in weights:
        if fault := class_fault(model, pair.key, classes):
            message, help = fault
            diagnostics.error(
                "class-weight", message, pair.span, help=help, notes=[last]
            )
        elif pair.key in seen:
            diagnostics.error(
                "class-weight",
                f"class {spell(pair.key)} is given two weights",
                pair.span,
                help="remove one of the two",
                notes=[Note(seen[pair.key], "given one here already")],
            )
        seen.setdefault(pair.key, pair.span)


def _report_no_classes(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    entry, outputs = cast(LossEntry, training.loss.entry), model.output_shape[-1]
    values = entry.target in ("value", "count")
    diagnostics.error(
        "class-weight",
        f"`{entry.name}` takes values, not classes that could be weighed"
        if values
        else f"`{entry.name}` is of sums over labels, each of which cannot be weighed"
        if entry.of_sums
        else f"a label for {outputs} outputs of `{entry.name}` is not one class",
        training.class_weight_span,
        help="remove `class_weight`, or take a loss for classes, such as "
        "`sparse_categorical_crossentropy`",
        notes=[Note(training.loss.span, "the loss")],
    )
