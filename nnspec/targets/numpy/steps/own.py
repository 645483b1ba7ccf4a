"""Layers whose output, and the gradient by it, have arrays of their own."""

from __future__ import annotations

from nnspec import ir
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.values import Back, Operation, Value


def add_own(layout: Layout, call: ir.Call, x: Value) -> Value:
    """The lines of the layer's template; its input stays as it is."""
    y, w = layout.output(call, x), layout.weights(call)
    return layout.add(
        Operation(
            lambda op: layer_step(call, op, w=w),
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x,),
            gradients=layout.gradients(call),
        )
    )
