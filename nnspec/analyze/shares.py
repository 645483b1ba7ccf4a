"""Whether a training shares its batches, each share with gradients of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.source import Span
from nnspec.table.entry import LayerEntry, Use
from nnspec.table.training_entry import LossEntry, MetricEntry

#: Of each batch: as few as keep usual processors busy, as each has gradients.
SHARES = 4


def shares_of(model: ir.Model, ranks: int = 0) -> int:
    """How many shares of a batch threads and ranks take, 0 if it stays whole.

    Where there are no `ranks`, it does so where no layer is worth it. There are as many
    shares as ranks at most, since each takes one or more.
    """
    if model.training is None or any(kept_whole(model, model.training)):
        return 0
    uses = (_innermost(call.use) for call in model.network.calls)
    worth = any(cast(LayerEntry, use.entry).shares for use in uses)
    return ranks or (SHARES if worth else 0)


def kept_whole(model: ir.Model, training: ir.Training) -> Iterator[tuple[str, Span]]:
    """What keeps batches whole, and where it stands.

    That is a loss or metric which is not the mean of those of the shares, a layer that
    draws numbers from a seed of its own, and one of the spec's own that goes by the
    batch.
    """
    for objective in training.objectives:
        if _is_uneven(objective.loss):
            yield f"the loss `{objective.loss.name}`", objective.loss.span
        elif _by_weights(objective):
            yield "`mean_with_sample_weight`", objective.loss.span
        for metric in objective.metrics:
            measured = cast(MetricEntry, metric.entry).loss
            if measured and measured.of_sums:
                yield f"the metric `{metric.name}`", metric.span
    for call in model.network.calls:
        if _by_seed(call):
            yield f"`{call.use.name}` with a `seed` of its own", call.use.span
        if _by_batch(call):
            yield f"`{call.use.name}`", call.use.span


def is_uneven(training: ir.Training) -> bool:
    """Whether the loss of a batch is not the mean of those of its samples."""
    return any(_is_uneven(objective.loss) for objective in training.objectives)


def _is_uneven(loss: Use) -> bool:
    return (
        loss.arguments["reduction"] == "sum"
        or loss.arguments.get("ignore_class") is not None
        or cast(LossEntry, loss.entry).of_sums
    )


def _by_weights(objective: ir.Objective) -> bool:
    """Whether the loss of a batch is divided by the sum of its samples' weights."""
    reduction = objective.loss.arguments["reduction"]
    weighted = reduction == "mean_with_sample_weight"
    return weighted and objective.class_weight is not None


#: The arguments of layers that draw beside what they compute.
_RATES = ("dropout", "recurrent_dropout")


def _by_seed(layer: ir.Call) -> bool:
    """Whether a layer draws from a seed of its own; of strength 0 it draws nothing."""
    use = _innermost(layer.use)
    entry, arguments = cast(LayerEntry, use.entry), use.arguments
    if arguments.get("seed") is None:
        return False
    strength = (entry.arguments[0].name,) if entry.draws else _RATES
    return any(arguments.get(name) for name in strength)


def _by_batch(layer: ir.Call) -> bool:
    """Whether it is a formula that goes by the whole batch."""
    return _entry(layer).definition is not None and _entry(layer).by_batch


def _innermost(use: Use) -> Use:
    """The layer that others are around, if there are any."""
    wrapped = use.arguments.get("layer")
    return _innermost(wrapped) if isinstance(wrapped, Use) else use


def _entry(layer: ir.Call) -> LayerEntry:
    return cast(LayerEntry, layer.use.entry)
