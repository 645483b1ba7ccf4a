"""`reconstruct`: samples that are their own labels."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import cast

from nnspec import ir
from nnspec.analyze.endings import ending
from nnspec.diagnostics import Diagnostics, Fix, Note
from nnspec.table.data_entry import TransformEntry, reads_words
from nnspec.table.entry import Use
from nnspec.table.training_entry import LossEntry

#: The arguments of sources that say where labels are, and what they are.
LABELS = frozenset(
    ("target", "without_target", "y", "y_validation", "y_test", "classes")
)


def read_reconstruction(
    source: Use,
    transforms: list[Use],
    samples: tuple[Use, ...],
    diagnostics: Diagnostics,
) -> ir.Reconstruction | None:
    """The `reconstruct` among the transforms, if there is one.

    What stands beside it and speaks of other labels is reported.
    """
    places = [i for i, use in enumerate(transforms) if use.entry.name == "reconstruct"]
    if not places:
        return None
    use = transforms[places[0]]
    before = transforms[: places[0]]
    _verify_source(source, use, diagnostics)
    for other in transforms:
        if reason := _conflict(other, samples):
            diagnostics.error(
                "transform-conflict",
                f"`reconstruct` makes each sample its own label, but `{other.name}` "
                f"{reason}",
                other.span,
                help="remove `stratify=true` from it"
                if other.entry.name in ("split", "folds")
                else f"remove `{other.name}`",
                notes=[Note(use.span, "the label is the sample")],
            )
    for other, why in _disordered(samples, before):
        place = "after" if other in before else "before"
        diagnostics.error(
            "transform-order",
            f"`{other.name}` stands {'before' if other in before else 'after'} "
            f"`reconstruct`, so {why}",
            other.span,
            help=f"put it {place} `reconstruct`",
            notes=[Note(use.span, "the label is the sample as it is here")],
        )
    return ir.Reconstruction(
        before=tuple(other for other in before if other in samples), span=use.span
    )


def _verify_source(source: Use, use: Use, diagnostics: Diagnostics) -> None:
    """What the source says of labels is of no use."""
    for name in source.spans:
        if name not in LABELS or not source.arguments[name]:
            continue
        diagnostics.error(
            "argument-conflict",
            f"`{name}` is about labels, but with `reconstruct` a sample is its own",
            source.span_of(name),
            help="remove it; `drop=[...]` leaves the column out of the samples"
            if name == "target"
            else "remove it",
            notes=[Note(use.span, "the label is the sample")],
        )


def _conflict(other: Use, samples: tuple[Use, ...]) -> str | None:
    """Why a transform cannot stand beside `reconstruct`, if it cannot."""
    if other.arguments.get("stratify"):
        return "draws samples by their classes"
    if other.entry.name in ("split", "folds", "reconstruct"):
        return None
    if reads_words(other):
        return "makes words that stand beside it"
    if other not in samples:
        return "is about labels of another kind"
    if cast(TransformEntry, other.entry).sparse:
        return "lists the places where a sample is not 0"
    return None


def _disordered(
    samples: tuple[Use, ...], before: list[Use]
) -> Iterator[tuple[Use, str]]:
    """Transforms on the wrong side of `reconstruct`, each with what comes of it."""
    for use in samples:
        entry = cast(TransformEntry, use.entry)
        if entry.by_batch and use in before:
            yield use, "labels are changed at random, too, which they cannot be"
        elif entry.fills(use.arguments) and use not in before:
            yield use, "values are missing in the labels"
        elif entry.width and use not in before:
            yield use, "labels have the numbers of categories as values"


#: What labels are that are no values.
_OF_CLASSES = ("index", "sign", "class", "sequence")


def verify_reconstruction(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report outputs that are not as large as samples, and a loss of classes."""
    data, training = model.data, model.training
    if data is None or data.reconstruct is None or training is None:
        return
    here = Note(data.reconstruct.span, "the label is the sample")
    last = model.network.last[0]
    if cast(LossEntry, training.loss.entry).target in _OF_CLASSES:
        diagnostics.error(
            "labels-and-loss",
            f"`{training.loss.name}` takes classes, but with `reconstruct` the labels "
            "are the values of samples",
            training.loss.span,
            help=Fix("use `mean_squared_error`", text="mean_squared_error"),
            notes=[here],
        )
    elif prod(model.output_shape) != prod(model.input_shape):
        units = prod(model.input_shape)
        diagnostics.error(
            "labels-and-units",
            f"the network has outputs of shape {model.output_shape}, but `reconstruct` "
            f"compares them with samples of shape {model.input_shape}",
            last.span,
            help=ending(units, cast(LossEntry, training.loss.entry), last),
            notes=[here],
        )
