"""Layers around another layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nnspec import ir
from nnspec.record import replace
from nnspec.table.entry import Use
from nnspec.table.merges import MERGES
from nnspec.table.wrappers import DIRECTIONS, MERGED, inner
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.penalties import penalize_output
from nnspec.targets.numpy.steps.merges import add_concatenation, elementwise
from nnspec.targets.numpy.steps.views import as_view
from nnspec.targets.numpy.values import Back, Value

_MERGES = {entry.name: entry for entry in MERGES}
_ADDED = {
    "concat": add_concatenation,
    "sum": elementwise(Back.SAME, Back.SAME),
    "mul": elementwise(Back.WHOLE, Back.WHOLE, True),
    "ave": elementwise(Back.OVER, Back.OVER),
}


def add_time_distributed(
    steps: Mapping[str, Callable[..., Value]], layout: Layout, call: ir.Call, x: Value
) -> Value:
    """The operations of a layer for which each step is a sample; `steps` adds them.

    An activation is added to all steps together, as after any layer.
    """
    use, entry = inner(call.use.arguments)
    times, shape = x.shape[0], x.shape[1:]
    name = f"{call.name}/{entry.name}"
    attribute = layout.fresh(layout.names[call.name], entry.short or entry.name)
    layout.names = {**layout.names, name: attribute}
    one = replace(
        call,
        name=name,
        use=use,
        input_shapes=(shape,),
        output_shape=entry.shape(shape, use.arguments),
    )
    first = len(layout.operations)
    each = Value(shape, attribute, "steps", derived=x.derived, ids=x.ids)
    y = steps[entry.step](layout, one, as_view(layout, x, each))
    for operation in layout.operations[first:]:
        for value in (*operation.writes, *operation.scratch_back):
            value.rows *= times
    return as_view(layout, y, layout.output(call, y))


def add_within(
    steps: Mapping[str, Callable[..., Value]], layout: Layout, call: ir.Call, x: Value
) -> Value:
    """The operations of the layer within another that has but more weights."""
    use, entry = inner(call.use.arguments)
    weights = call.weights[: len(entry.weights(x.shape, use.arguments))]
    return steps[entry.step](layout, replace(call, use=use, weights=weights), x)


def add_bidirectional(
    steps: Mapping[str, Callable[..., Value]], layout: Layout, call: ir.Call, x: Value
) -> Value:
    """Two recurrent layers, the second one from the last step on, and their merge."""
    use, entry = inner(call.use.arguments)
    once = entry.shape(x.shape, use.arguments)
    half = len(call.weights) // 2
    values = []
    for k, direction in enumerate(DIRECTIONS):
        name = f"{call.name}/{direction}"
        layout.names = {
            **layout.names,
            name: layout.fresh(layout.names[call.name], direction),
        }
        if makers := layout.masked.get(call.name):
            layout.masked = {**layout.masked, name: makers}
        arguments = {**use.arguments, "go_backwards": direction == "backward"}
        one = replace(
            call,
            name=name,
            use=replace(use, arguments=arguments),
            output_shape=once,
            weights=call.weights[k * half : (k + 1) * half],
        )
        y = steps[entry.step](layout, one, x, both=True)
        penalize_output(layout, one, y)
        values.append(y)
    mode = call.use.arguments["merge_mode"]
    assert isinstance(mode, str)
    merge = Use(_MERGES[MERGED[mode]], {"axis": -1}, call.span)
    shapes = tuple(value.shape for value in values)
    merged = replace(call, use=merge, input_shapes=shapes, weights=())
    return _ADDED[mode](layout, merged, *values)
