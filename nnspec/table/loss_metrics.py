"""Losses as metrics: measured beside the one that is minimized."""

from __future__ import annotations

from nnspec.table.entry import Arguments, Shape, Use
from nnspec.table.fits import fits_each_output, fits_index, fits_one_hot
from nnspec.table.losses import LOSSES
from nnspec.table.training_entry import LossEntry, MetricEntry

#: What only a training needs, or can say of its labels.
_NOT_MEASURED = ("reduction", "ignore_class")
#: Metrics of their own: a similarity is larger where the loss is smaller.
_OWN = ("mean_squared_error", "mean_absolute_error", "cosine_similarity")
#: What Keras calls some as metrics.
_ALIASES = {"log_cosh": ("log_cosh_error",)}


def _fits(use: Use, shape: Shape, loss: LossEntry) -> None:
    """Labels of the kind that the measured loss takes."""
    assert isinstance(use.entry, MetricEntry) and use.entry.loss
    match use.entry.loss.target:
        case "index":
            fits_index(use, shape, loss)
        case "distribution":
            fits_one_hot(use, shape, loss)
        case _:
            fits_each_output(use, shape, loss)


def _files(loss: LossEntry, arguments: Arguments) -> tuple[str, ...]:
    """The function that makes probabilities of logits, where they are needed."""
    focused = arguments.get("from_logits") and arguments.get("gamma")
    return ("sigmoid",) if focused and loss.fused == "sigmoid" else ()


def _measures(loss: LossEntry, argument: str) -> bool:
    """Whether it takes an argument of the loss; no axis that is always the last."""
    return argument not in _NOT_MEASURED and (argument != "axis" or loss.of_sums)


def as_metric(loss: LossEntry) -> MetricEntry:
    """The mean of a loss over the samples."""
    return MetricEntry(
        loss.name,
        f"The mean of the loss: {loss.doc}",
        tuple(a for a in loss.arguments if _measures(loss, a.name)),
        (*loss.aliases, *_ALIASES.get(loss.name, ())),
        definition=loss.definition,
        loss=loss,
        fits=_fits,
        rises=False,
        classes=False,
        files=lambda arguments, _: _files(loss, arguments),
    )


LOSS_METRICS = tuple(
    as_metric(loss) for loss in LOSSES if loss.of_outputs and loss.name not in _OWN
)
