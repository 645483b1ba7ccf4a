"""One call of a layer: its shape, its weights, and whether it can be at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import cast

from nnspec import ir
from nnspec.analyze.axes import verify_axes
from nnspec.analyze.labels import Value
from nnspec.analyze.weights import verify_constraints, weights_of
from nnspec.diagnostics import Diagnostics, Note
from nnspec.record import Record
from nnspec.source import Span
from nnspec.table.entry import (
    ActivationEntry,
    LayerEntry,
    Misfit,
    Shape,
    Shapes,
    Use,
    activation_of,
)
from nnspec.values import amount

#: More values in one array than this are a slip of the pen.
_MOST_VALUES = 2**33


class Place(Record):
    """Where a call stands in the network: its name, and that of its weights."""

    name: str
    weights: str
    span: Span
    scope: tuple[str, ...] = ()
    trace: tuple[Span, ...] = ()


def call_of(
    use: Use, place: Place, values: Sequence[Value], diagnostics: Diagnostics
) -> ir.Call | None:
    """The call of a layer with values that have shapes; None where it is reported."""
    shapes = tuple(cast(Shape, value.shape) for value in values)
    output = _output(use, place.span, values, shapes, diagnostics)
    if output is None:
        return None
    entry = cast(LayerEntry, use.entry)
    weights = weights_of(place.weights, use, shapes)
    _verify_initializers(weights, diagnostics)
    verify_constraints(weights, diagnostics)
    return ir.Call(
        name=place.name,
        use=use,
        inputs=tuple(value.name for value in values),
        input_shapes=shapes,
        output_shape=output,
        weights=weights,
        flops=entry.flops(entry.given(shapes), output, use.arguments),
        span=place.span,
        scope=place.scope,
        trace=place.trace,
    )


def _output(
    use: Use,
    place: Span,
    values: Sequence[Value],
    shapes: Shapes,
    diagnostics: Diagnostics,
) -> Shape | None:
    """The shape that comes out; None where it is reported that nothing can."""
    entry, at = cast(LayerEntry, use.entry), use
    try:
        output = entry.shape(entry.given(shapes), use.arguments)
        verify_axes(output)
        if any(shapes) and not output:
            raise Misfit(f"`{entry.name}` leaves no axis", "keep one: `reshape(1)`")
        if values:
            _verify_size(entry, shapes, use)
        if activation := activation_of(use):
            at = activation
            cast(ActivationEntry, at.entry).verify(output, at)
    except Misfit as misfit:
        span = at.span_of(misfit.argument) if misfit.argument else place
        notes = _shapes_told(values)
        if misfit.span:
            notes = [Note(place, "used here"), *notes]
        if misfit.code:  # else it is told
            diagnostics.error(
                misfit.code,
                misfit.message,
                misfit.span or span,
                help=misfit.help,
                notes=notes,
            )
        return None
    if prod(output) > _MOST_VALUES:
        diagnostics.error(
            "too-large",
            f"one sample would have {amount(prod(output))} values here",
            place,
            help=f"up to {_MOST_VALUES:,} can be compiled",
        )
        return None
    return output


def _shapes_told(values: Iterable[Value]) -> list[Note]:
    """What each of the layer's values is, at the layer that it comes of."""
    told = {value.name: value for value in values}
    return [Note(v.span, f"its output is {v.shape}") for v in told.values()]


def _verify_size(entry: LayerEntry, shapes: Shapes, use: Use) -> None:
    weights = entry.weights(entry.given(shapes), use.arguments)
    count = sum(prod(weight.shape) for weight in weights)
    if count > _MOST_VALUES:
        raise Misfit(
            f"`{entry.name}` would have {amount(count)} parameters",
            f"up to {_MOST_VALUES:,} can be compiled",
            code="too-large",
            argument=entry.arguments[0].name,
        )


def _verify_initializers(
    weights: Iterable[ir.Weight], diagnostics: Diagnostics
) -> None:
    for weight in weights:
        rule = weight.initializer.entry.name
        axes = len(weight.shape)
        if (rule == "orthogonal" and axes < 2) or (rule == "identity" and axes != 2):
            diagnostics.error(
                "initializer-shape",
                f"`{rule}` needs a matrix, and `{weight.name}` has the shape "
                f"{weight.shape}",
                weight.initializer.span,
                help="take another initializer here, such as `zeros`",
            )
