"""Layers that only shape their input anew."""

from __future__ import annotations

from nnspec import ir
from nnspec.plan.layout import Layout
from nnspec.plan.names import batch_shape
from nnspec.plan.step import (
    Buffer,
    Step,
)
from nnspec.record import replace


def add_view(layout: Layout, layer: ir.Call) -> None:
    """The same memory in another shape; nothing where that is the one it has."""
    x, name = layout.value, layout.names[layer.name]
    if layer.output_shape == x.shape:
        return
    y = replace(x, owner=name, shape=layer.output_shape, gradient=x.gradient and name)
    if x.gradient:
        shape = batch_shape(y.shape)
        layout.gradients.append(Buffer(name, shape, view_of=x.gradient))
    layout.steps.append(
        Step(
            kind="layers",
            template="view",
            x=x.a,
            y=y.a,
            shape=batch_shape(y.shape, "-1"),
        )
    )
    layout.value = y
