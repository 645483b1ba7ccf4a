"""Transforms of the target: they are for values, and in an order that works."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.targets import one_hot_labels
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.entry import LossEntry, Use


def verify_target(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report transforms of a target of classes, and a `log` of what may be negative."""
    data, training = model.data, model.training
    if data is None or training is None:
        return
    loss, classes = cast(LossEntry, training.loss.entry), one_hot_labels(data)
    learns: Use | None = None
    for use in data.labels:
        if use.entry.name == "one_hot":
            continue
        if classes or loss.target not in ("value", "count"):
            why = classes.span if classes else training.loss.span
            diagnostics.error(
                "labels-and-loss",
                f"`{use.entry.name}` changes the values of a target, but this one is "
                "of classes",
                use.span,
                help=f"remove `{use.entry.name}`, or take a loss of values, such as "
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
        elif use.entry.name in ("standardize", "minmax"):
            learns = use
