"""What transforms make of the shape of a sample."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from nnspec.analyze.axes import verify_axes
from nnspec.diagnostics import Diagnostics
from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import Misfit, Shape, Use


def after(
    shape: Shape | None, transforms: Iterable[Use], diagnostics: Diagnostics
) -> Shape | None:
    """The shape after all transforms; None where it is not settled, or reported."""
    for use in transforms:
        try:
            shape = cast(TransformEntry, use.entry).shape(shape, use.arguments)
            verify_axes(shape or ())
        except Misfit as misfit:
            span = use.span_of(misfit.argument) if misfit.argument else use.span
            diagnostics.error(misfit.code, misfit.message, span, help=misfit.help)
            return None
    return shape
