"""Transforms of a batch's images: which shape these have, and whether it will do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics
from nnspec.table.data_entry import SourceEntry, TransformEntry, part_of, reshapes
from nnspec.table.entry import (
    Misfit,
    Shape,
    Use,
)


def images_by_batch(model: ir.Model) -> Iterator[tuple[ir.Call, Use, Shape | None]]:
    """The transforms by batch of each input, with the shape of samples there.

    None where only the data tells: no other transform may give them another shape then.
    Inputs that take columns of a table have none.
    """
    network, data = model.network, model.data
    source = cast(SourceEntry, data.source.entry) if data else None
    if data is None or source is None or (source.table and len(network.inputs) > 1):
        return
    for call in network.inputs:
        uses = data.of_input(call, ids=call.name in network.ids)
        shape = source.shape(data.source.arguments)
        shaped = [place for place, use in enumerate(uses) if reshapes(use)]
        for place, use in enumerate(uses):
            entry = cast(TransformEntry, use.entry)
            if entry.by_batch:
                last = place > max(shaped, default=-1)
                yield call, use, call.output_shape if last and shape is None else shape
            try:
                shape = entry.shape(shape, use.arguments)
            except Misfit:  # which is told elsewhere
                break


def verify_batches(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report transforms by batch of samples that are no images."""
    found = [*images_by_batch(model)]
    for call, use, shape in found:
        if shape is None:
            diagnostics.error(
                "transform-order",
                f"`{use.entry.name}` does not know the shape of its images: only the "
                "data tells what it is before `reshape`",
                use.span,
                help="put `reshape` first, or another one to the images' shape",
            )
        elif misfit := _misfit(use, shape):
            span = use.span_of(misfit.argument) if misfit.argument else use.span
            message, help = misfit.message, misfit.help
            if len(model.network.inputs) > 1 and part_of(use) is None:
                fits = (c.name for c, u, s in found if s and not _misfit(u, s))
                name = next(fits, None)
                message = f"{message} for the input `{call.name}`"
                help = f"name the input that has images: `of={name}`" if name else help
            diagnostics.error(misfit.code, message, span, help=help)


def _misfit(use: Use, shape: Shape) -> Misfit | None:
    """Why images of this shape cannot be changed."""
    try:
        cast(TransformEntry, use.entry).shape(shape, use.arguments)
    except Misfit as misfit:
        return misfit
    return None
