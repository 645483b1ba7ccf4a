"""Layers that make a sequence or an image longer, or shorter."""

from __future__ import annotations

from nnspec import ir
from nnspec.table.entry import Shape
from nnspec.table.resizing import ends_of, factors_of
from nnspec.targets.numpy.indices import inside
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal


def add_zero_padding(layout: Layout, call: ir.Call, x: Value) -> Value:
    """Its array holds zeros from the start, and nothing is written over them."""
    y = layout.output(call, x)
    y.filled = Code("0.0")
    return _add(layout, call, x, y, {"inside": _inside(call)})


def add_cropping(layout: Layout, call: ir.Call, x: Value) -> Value:
    """A copy of what is left, in one piece."""
    return _add(layout, call, x, layout.output(call, x), {"inside": _inside(call)})


def _inside(call: ir.Call) -> Code:
    return inside(ends_of(call.use.arguments, len(call.input_shape) - 1))


def add_upsampling(layout: Layout, call: ir.Call, x: Value) -> Value:
    """Copies of an array that has an axis more for each factor; or products."""
    y = layout.output(call, x)
    factors = factors_of(call.use.arguments, len(x.shape) - 1)
    if call.use.arguments.get("interpolation") == "bilinear":
        return _add_bilinear(layout, call, x, y)
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
    return _add(layout, call, x, y, facts)


def _add_bilinear(layout: Layout, call: ir.Call, x: Value, y: Value) -> Value:
    """Columns first, as long as those of the output, in an array of their own."""
    (height, width, channels), (tall, wide, _) = x.shape, y.shape
    rows = Value((tall, width, channels), y.name, "rows")

    def spread(value: Value | None, shape: Shape) -> Code | None:
        return Code(f"{value.a}.reshape{batch_shape(shape, '-1')}") if value else None

    columns, by_row = (height, width * channels), (width, channels)

    def build(op: Operation) -> Step:
        facts = {
            "vertical": Code(f"{height}, {tall // height}"),
            "horizontal": Code(f"{width}, {wide // width}"),
            "x": spread(x, columns),
            "dx": spread(op.dx[0] if op.dx else None, columns),
            "columns": spread(rows, (tall, width * channels)),
            "rows": spread(rows, by_row),
            "y": spread(y, (wide, channels)),
            "dy": spread(op.dy, (wide, channels)),
        }
        template = "upsampling_bilinear"
        return layer_step(call, op, template, facts=facts, files=("bilinear",))

    return layout.add(Operation(build, (x,), (y, rows), y, (Back.OWN,), looks=(rows,)))


def _add(
    layout: Layout, call: ir.Call, x: Value, y: Value, facts: dict[str, Code]
) -> Value:
    return layout.add(
        Operation(
            lambda op: layer_step(call, op, facts=facts), (x,), (y,), y, (Back.OWN,)
        )
    )
