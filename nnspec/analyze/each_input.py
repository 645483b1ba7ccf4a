"""The samples of each of several inputs: whether they have the shape that it takes."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.shapes import after
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.data_entry import SourceEntry, reshapes
from nnspec.table.entry import Shape, Use


def verify_inputs(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report arrays that are not shaped as the input is that they are for.

    Of a table, an input takes columns, which are told apart elsewhere.
    """
    data = model.data
    if data is None or cast(SourceEntry, data.source.entry).table or data.sliding:
        return
    for call in model.network.inputs:
        uses = data.of_input(call, ids=call.name in model.network.ids)
        shaping = [*filter(reshapes, uses)]
        given = cast(SourceEntry, data.source.entry).shape(data.source.arguments)
        found = after(given, shaping, diagnostics)
        if shaping and given is None and found is None:
            verify_reshape(shaping[-1], call, diagnostics)
        elif found is not None and found != call.output_shape:
            diagnostics.error(
                "shape-mismatch",
                f"the input `{call.name}` takes {call.output_shape}, but the data "
                f"gives {found}",
                call.span,
                help=f"write `input({', '.join(map(str, found))}) as {call.name}`",
                notes=[Note(shaping[-1].span if shaping else data.span, "gives it")],
            )


def verify_reshape(use: Use, call: ir.Call, diagnostics: Diagnostics) -> None:
    """Report a `reshape` to another shape than an input takes, as far as it is told."""
    target, taken = cast(Shape, use.arguments["target_shape"]), call.output_shape
    sizes = zip(target, taken, strict=False)
    if len(target) != len(taken) or any(n not in (-1, m) for n, m in sizes):
        diagnostics.error(
            "shape-mismatch",
            f"`reshape` makes samples of shape {target}, but the network takes {taken}",
            use.span_of("target_shape"),
            notes=[Note(call.span, f"its input is {taken}")],
        )
