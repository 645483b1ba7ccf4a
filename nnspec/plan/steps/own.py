"""Layers whose output, and the derivative by it, have arrays of their own."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, quoted
from nnspec.plan.step import (
    Step,
)
from nnspec.quote import Code
from nnspec.table.entry import Layer


def add_own(layout: Layout, layer: ir.Call) -> None:
    """The lines of the layer's template; its input stays as it is."""
    entry = cast(Layer, layer.use.entry)
    x, y = layout.value, layout.output(layer)
    layout.steps.append(
        Step(
            kind="layers",
            template=entry.template or entry.name,
            derivative=Code(entry.name),
            arguments=quoted(layer.use.arguments),
            facts=quoted(entry.facts(x.shape, layer.use.arguments)),
            x=x.a,
            y=y.a,
            dx=x.da,
            dy=y.da,
            w=layout.weights(layer, "w"),
            dw=layout.weights(layer, "dw"),
        )
    )
    layout.value = y
