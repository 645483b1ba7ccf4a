"""Transforms of the target: they are for values, and in an order that works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from nnspec import ir
from nnspec.analyze.targets import one_hot_labels
from nnspec.diagnostics import Diagnostics, Edit, Fix, Note
from nnspec.table.data_entry import (
    TransformEntry,
    column_argument,
    makes_classes,
    part_of,
)
from nnspec.table.entry import Use
from nnspec.table.training_entry import LossEntry


def verify_target(
    model: ir.Model, diagnostics: Diagnostics, others: Sequence[str]
) -> None:
    """Report transforms of a target of classes, and a `log` of what may be negative.

    The model has one output; `others` are all whose labels are values.
    """
    data, training = model.data, model.training
    if data is None or training is None:
        return
    classes = one_hot_labels(data)
    learns: Use | None = None
    for use in data.labels:
        if makes_classes(use):
            continue
        if not are_values(model):
            why = classes.span if classes else training.loss.span
            diagnostics.error(
                "labels-and-loss",
                f"`{use.entry.name}` changes the values of a target, but this one is "
                "of classes",
                use.span,
                help=_of_others(use, others)
                or f"remove `{use.entry.name}`, or take a loss of values, such as "
                "`mean_squared_error`",
                notes=[Note(why, "classes")],
            )
        elif use.entry.name == "log" and learns:
            diagnostics.error(
                "transform-order",
                f"`log` needs values above 0, and `{learns.entry.name}` makes others",
                use.span,
                help=f"put it before `{learns.entry.name}`",
                notes=[Note(learns.span, "made here")],
            )
        elif use.entry.name == "scale" and not use.arguments["factor"]:
            diagnostics.error(
                "argument-type",
                "a target times 0 cannot be told from another; it cannot be undone",
                use.span_of("factor"),
                help="write another factor",
            )
        elif cast(TransformEntry, use.entry).learnt(use.arguments):
            learns = use


def are_values(model: ir.Model) -> bool:
    """Whether the labels of a model with one output are values."""
    loss = cast(LossEntry, model.training.loss.entry) if model.training else None
    one_hot = model.data and one_hot_labels(model.data)
    return bool(loss and loss.target in ("value", "count") and not one_hot)


def _of_others(use: Use, others: Sequence[str]) -> str | None:
    """The way out for a transform of all outputs that goes with some."""
    if part_of(use) or not others:
        return None
    help = "say which output it is for: " + " or ".join(f"`of={o}`" for o in others)
    place = use.span_of(column_argument(use))
    return Fix(help, Edit(place, others[0])) if len(others) == 1 else help
