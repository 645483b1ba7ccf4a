"""Whether threads share the batches of a training, each with gradients of its own."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.table.entry import LayerEntry, LossEntry, Use

#: Of each batch: as few as keep usual processors busy, as each has gradients.
SHARES = 4


def shares_of(model: ir.Model) -> int:
    """How many shares of a batch threads take, 0 if it stays whole.

    So it does where no layer is worth it, where the loss is not the mean of those of
    the shares, where a layer draws numbers from a seed of its own, or where one of the
    spec's own goes by the batch.
    """
    training = model.training
    uses = (_innermost(call.use) for call in model.network.calls)
    if training is None or not any(cast(LayerEntry, u.entry).shares for u in uses):
        return 0
    whole = is_uneven(training) or _by_weights(training)
    whole |= any(map(_by_seed, model.network.calls))
    return 0 if whole or any(map(_by_batch, model.network.calls)) else SHARES


def is_uneven(training: ir.Training) -> bool:
    """Whether the loss of a batch is not the mean of those of its samples."""
    return any(
        loss.arguments["reduction"] == "sum"
        or loss.arguments.get("ignore_class") is not None
        or cast(LossEntry, loss.entry).of_sums
        for loss in (objective.loss for objective in training.objectives)
    )


def _by_weights(training: ir.Training) -> bool:
    """Whether the loss of a batch is divided by the sum of its samples' weights."""
    return any(
        objective.class_weight is not None
        and objective.loss.arguments["reduction"] == "mean_with_sample_weight"
        for objective in training.objectives
    )


def _by_seed(layer: ir.Call) -> bool:
    """Whether a layer draws from a seed of its own; of strength 0 it draws nothing."""
    use = _innermost(layer.use)
    entry, arguments = cast(LayerEntry, use.entry), use.arguments
    if entry.draws is None or not arguments[entry.arguments[0].name]:
        return False
    return arguments["seed"] is not None


def _by_batch(layer: ir.Call) -> bool:
    """Whether it is a formula that goes by the whole batch."""
    return _entry(layer).definition is not None and _entry(layer).by_batch


def _innermost(use: Use) -> Use:
    """The layer that others are around, if there are any."""
    wrapped = use.arguments.get("layer")
    return _innermost(wrapped) if isinstance(wrapped, Use) else use


def _entry(layer: ir.Call) -> LayerEntry:
    return cast(LayerEntry, layer.use.entry)
