"""Layers that make a sequence or an image longer, or shorter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.plan.indices import inside
from nnspec.plan.layout import Layout, Value
from nnspec.plan.names import batch_shape
from nnspec.plan.step import (
    Buffer,
    Step,
)
from nnspec.quote import Code, literal
from nnspec.record import replace
from nnspec.table.entry import Layer, Shape
from nnspec.table.resizing import ends_of, factors_of


def add_zero_padding(layout: Layout, layer: ir.Call) -> None:
    """Its array holds zeros from the start, of which no later step makes others."""
    x, name = layout.value, layout.names[layer.name]
    y = replace(layout.output(layer, owner=name), free=False)
    zeros = Buffer(name, batch_shape(layer.output_shape), filled=Code("0.0"))
    layout.buffers.append(zeros)
    _add(layout, layer, x, y, {"inside": _inside(layer)})


def add_cropping(layout: Layout, layer: ir.Call) -> None:
    """A copy of what is left, in one piece."""
    x, y = layout.value, layout.output(layer)
    _add(layout, layer, x, y, {"inside": _inside(layer)})


def _inside(layer: ir.Call) -> Code:
    ends = ends_of(layer.use.arguments, len(layer.input_shape) - 1)
    return inside(ends)


def add_upsampling(layout: Layout, layer: ir.Call) -> None:
    """Copies of an array that has an axis more for each factor; or products."""
    x, y = layout.value, layout.output(layer)
    factors = factors_of(layer.use.arguments, len(x.shape) - 1)
    if layer.use.arguments.get("interpolation") == "bilinear":
        _add_bilinear(layout, layer, x, y)
        return
    split: list[int] = []
    for n, factor in zip(x.shape, factors, strict=False):
        split += (n, factor)
    facts = {
        "split": batch_shape((*split, x.shape[-1]), "-1"),
        "beside": Code(f"[:{', :, None' * len(factors)}]"),
        "axes": literal(tuple(range(2, 2 * len(factors) + 1, 2)))
        if len(factors) > 1
        else Code("2"),
    }
    _add(layout, layer, x, y, facts)


def _add_bilinear(layout: Layout, layer: ir.Call, x: Value, y: Value) -> None:
    """Columns first, as long as those of the output, in an array of their own."""
    (height, width, channels), (tall, wide, _) = x.shape, y.shape
    rows = layout.fresh(layout.names[layer.name], "rows")
    layout.hold(rows, (tall, width, channels))

    def spread(array: Code | None, shape: Shape) -> Code | None:
        return array and Code(f"{array}.reshape{batch_shape(shape, '-1')}")

    columns, by_row = (height, width * channels), (width, channels)
    facts = {
        "vertical": Code(f"{height}, {tall // height}"),
        "horizontal": Code(f"{width}, {wide // width}"),
        "x": spread(x.a, columns),
        "dx": spread(x.da, columns),
        "columns": spread(Code(f"a.{rows}"), (tall, width * channels)),
        "rows": spread(Code(f"a.{rows}"), by_row),
        "y": spread(y.a, (wide, channels)),
        "dy": spread(y.da, (wide, channels)),
    }
    _add(layout, layer, x, y, facts, bilinear=True)


def _add(
    layout: Layout,
    layer: ir.Call,
    x: Value,
    y: Value,
    facts: Mapping[str, Code | None],
    *,
    bilinear: bool = False,
) -> None:
    entry = cast(Layer, layer.use.entry)
    layout.steps.append(
        Step(
            kind="layers",
            template="upsampling_bilinear" if bilinear else str(entry.template),
            derivative=Code(entry.name),
            facts=facts,
            x=x.a,
            y=y.a,
            dx=x.da,
            dy=y.da,
            files=("bilinear",) if bilinear else (),
        )
    )
    layout.value = y
