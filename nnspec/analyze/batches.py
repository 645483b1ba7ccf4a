"""Transforms of a batch's images: which shape these have, and whether it will do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics
from nnspec.table.data_entry import SourceEntry, TransformEntry, reshapes
from nnspec.table.entry import (
    Misfit,
    Shape,
    Use,
)


def images_by_batch(model: ir.Model) -> Iterator[tuple[Use, Shape | None]]:
    """The transforms by batch, each with the shape of samples where it stands.

    None where only the data tells: no other transform may give them another shape then.
    """
    if model.data is None:
        return
    uses = model.data.transforms
    shape = cast(SourceEntry, model.data.source.entry).shape(
        model.data.source.arguments
    )
    shaped = [place for place, use in enumerate(uses) if reshapes(use)]
    for place, use in enumerate(uses):
        entry = cast(TransformEntry, use.entry)
        if entry.by_batch:
            last = place > max(shaped, default=-1)
            yield use, model.input_shape if last and shape is None else shape
        shape = entry.shape(shape, use.arguments)


def verify_batches(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report transforms by batch of samples that are no images."""
    for use, shape in images_by_batch(model):
        if shape is None:
            diagnostics.error(
                "transform-order",
                f"`{use.entry.name}` does not know the shape of its images: only the "
                "data tells what it is before `reshape`",
                use.span,
                help="put `reshape` first, or another one to the images' shape",
            )
            continue
        try:
            cast(TransformEntry, use.entry).shape(shape, use.arguments)
        except Misfit as misfit:
            span = use.span_of(misfit.argument) if misfit.argument else use.span
            diagnostics.error(misfit.code, misfit.message, span, help=misfit.help)
