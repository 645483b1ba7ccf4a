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
    return as_view(layout, x, layout.output(call, x))


def as_view(layout: Layout, x: Value, y: Value) -> Value:
    """The memory of x as y, which may divide it into other samples."""
    shape = batch_shape(y.shape, "-1")

    def build(_: Operation) -> Step:
        return Step(kind="layers", template="view", x=x.a, y=y.a, shape=shape)

    return layout.add(Operation(build, (x,), (y,), y, (Back.VIEW,), is_view=True))
