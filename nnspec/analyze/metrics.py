"""Whether the outputs and the labels have the metrics that are asked for."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.data_entry import Source
from nnspec.table.entry import (
    Loss,
    Metric,
    Misfit,
    Use,
)


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
            _warn_of_values(use, model, diagnostics)
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
    entry, loss = cast(Metric, use.entry), training.loss
    try:
        entry.fits(use, model.output_shape, cast(Loss, loss.entry))
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
                else Note(model.layers[-1].span, "the output")
            ],
        )
        return False
    return True


def _warn_of_values(use: Use, model: ir.Model, diagnostics: Diagnostics) -> None:
    """Classes are counted, but the data is known to have none."""
    if model.data is None or not cast(Metric, use.entry).classes:
        return
    source = model.data.source
    if cast(Source, source.entry).labels == "value":
        diagnostics.warning(
            "metric-of-values",
            f"`{use.name}` tells classes apart, but the labels of "
            f"`{source.entry.name}` are values",
            use.span,
            help="use `mae`, `rmse` or `r2_score`",
            notes=[Note(source.span, "the labels")],
        )


def _warn_of_threshold(
    use: Use, model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """A threshold that is meant for probabilities, where both classes part at 0."""
    loss, entry = training.loss, cast(Loss, training.loss.entry)
    cut = cast(Metric, use.entry).cut(use.arguments, model.output_shape, entry)
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
