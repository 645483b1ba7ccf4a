"""Layers that only shape their input anew."""

from __future__ import annotations

from nnspec import ir
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Back, Operation, Value


def add_view(layout: Layout, call: ir.Call, x: Value) -> Value:
    """The same memory in another shape; nothing where that is the one it has."""
    if call.output_shape == x.shape:
        return x
    y = layout.output(call, x)
    shape = batch_shape(y.shape, "-1")

    def build(_: Operation) -> Step:
        return Step(kind="layers", template="view", x=x.a, y=y.a, shape=shape)

    return layout.add(Operation(build, (x,), (y,), y, (Back.VIEW,), is_view=True))
