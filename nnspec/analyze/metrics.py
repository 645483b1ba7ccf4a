"""Whether the outputs and the labels have the metrics that are asked for."""

from __future__ import annotations

from math import inf
from typing import cast

from nnspec import ir
from nnspec.analyze.classes import class_fault, weighed_classes
from nnspec.analyze.targets import one_hot_labels
from nnspec.analyze.ways import activations
from nnspec.diagnostics import Diagnostics, Fix, Note
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import ActivationEntry, Misfit, Use
from nnspec.table.fits import fits_labels
from nnspec.table.training_entry import LossEntry, MetricEntry


def verify_metrics(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report metrics that do not fit, that are there twice, or that mean little."""
    training = model.training
    if training is None:
        return
    first: dict[tuple[object, ...], Use] = {}
    for use in training.metrics:
        earlier = first.setdefault((use.entry.name, *use.arguments.values()), use)
        if earlier is not use:
            _doubled(use, earlier, diagnostics)
        elif _fits(use, model, training, diagnostics):
            _verify_class(use, model, training, diagnostics)
            _warn_of_values(use, model, training, diagnostics)
            _warn_of_threshold(use, model, training, diagnostics)


def _doubled(use: Use, earlier: Use, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "doubled-metric",
        f"`{use.name}` is there twice"
        if use.name == earlier.name
        else f"`{use.name}` is the same as `{earlier.name}`",
        use.span,
        help="remove one of the two",
        notes=[Note(earlier.span, "the first one")],
    )


def _fits(
    use: Use, model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> bool:
    entry, loss = cast(MetricEntry, use.entry), training.loss
    try:
        fits_labels(use, cast(LossEntry, loss.entry))
        entry.fits(use, model.output_shape, cast(LossEntry, loss.entry))
    except Misfit as misfit:
        labels = misfit.code == "metric-and-labels"
        diagnostics.error(
            misfit.code,
            misfit.message,
            use.span_of(misfit.argument) if misfit.argument else use.span,
            help=misfit.help,
            notes=[
                Note(loss.span, "the loss")
                if labels
                else Note(model.network.last[0].span, "the output")
            ],
        )
        return False
    return True


def _verify_class(
    use: Use, model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """A class that the metric is about is one of the classes, or of the outputs."""
    label = use.arguments.get("class_id")
    if label is None:
        return
    source = cast(SourceEntry, model.data.source.entry) if model.data else None
    named = source and (source.any_labels or source.by_class)
    classes = weighed_classes(model, training) if named else None
    outputs = model.output_shape[-1]
    fault = class_fault(model, label, classes or outputs)
    if fault is not None:
        diagnostics.error(
            "metric-and-outputs",
            fault[0],
            use.span_of("class_id"),
            help=fault[1] if classes or outputs > 1 else "leave `class_id` out",
            notes=[Note(model.network.calls[-1].span, "the output")],
        )


def _warn_of_values(
    use: Use, model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """Classes are counted, but there are none: of the labels, or by loss and output.

    A loss of one's own may well tell classes apart by values, such as distances.
    """
    if not cast(MetricEntry, use.entry).classes:
        return
    source = model.data.source if model.data else None
    loss = training.loss
    entry = cast(LossEntry, loss.entry)
    if source and cast(SourceEntry, source.entry).labels == "value":
        why = f"the labels of `{source.entry.name}` are values"
        note = Note(source.span, "the labels")
    elif entry.target == "value" and not entry.build and _gives_values(model):
        why, note = f"`{loss.name}` is about values", Note(loss.span, "the loss")
    else:
        return
    diagnostics.warning(
        "metric-of-values",
        f"`{use.name}` tells classes apart, but {why}",
        use.span,
        help=Fix("use `mae`, `rmse` or `r2_score`", text="mae"),
        notes=[note],
    )


def _gives_values(model: ir.Model) -> bool:
    """Whether nothing but values comes out: a single number without bounds."""
    use = activations(model.network)[model.network.outputs[0]]
    if use is None:
        return False
    limits = cast(ActivationEntry, use.entry).limits(use.arguments)
    labels = one_hot_labels(model.data) if model.data else None
    return model.output_shape == (1,) and inf in limits and labels is None


def _warn_of_threshold(
    use: Use, model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """A threshold that is meant for probabilities, where both classes part at 0."""
    loss, entry = training.loss, cast(LossEntry, training.loss.entry)
    cut = cast(MetricEntry, use.entry).cut(use.arguments, model.output_shape, entry)
    if not cut:
        return
    at_0 = f"write `{use.name}(thresholds=0)`" if "thresholds" in use.arguments else ""
    if entry.target == "sign":
        diagnostics.warning(
            "accuracy-of-scores",
            f"`{use.name}` takes outputs above {cut:g} for class 1, but "
            f"`{entry.name}` parts the classes at 0",
            use.span,
            help=at_0 or "use `confusion_matrix`, which parts them at 0, too",
            notes=[Note(loss.span, "the loss")],
        )
    elif loss.arguments.get("from_logits"):
        better = f"end the network in {entry.fused} and leave `from_logits` out: the "
        better += "loss is computed from logits all the same"
        diagnostics.warning(
            "threshold-of-logits",
            f"`{use.name}` compares logits with {cut:g}, as in Keras; a probability of "
            "0.5 is a logit of 0",
            use.span,
            help=f"{at_0}, or {better}" if at_0 else better,
            notes=[Note(loss.span_of("from_logits"), "the outputs are logits")],
        )
