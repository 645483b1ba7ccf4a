"""Matrix products over the last axis."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, Value, quoted, rows
from nnspec.plan.names import attribute, batch_shape
from nnspec.plan.program import Buffer, Step
from nnspec.quote import Code


def add_dense(layout: Layout, layer: ir.Layer) -> None:
    """One product, and the bias."""
    x, name = layout.value, layout.names[layer.name]
    y = Value(name, layer.output_shape, gradient=name, free=True)
    layout.hold(name, y.shape)
    layout.gradients.append(Buffer(name, batch_shape(y.shape)))
    many = "" if len(x.shape) == 1 else f" * {prod(x.shape[:-1])}"
    inner, units = x.shape[-1], y.shape[-1]
    names = {w.name.rpartition("/")[2]: attribute(w.name) for w in layer.weights}
    layout.steps.append(
        Step(
            kind="layers",
            template="dense",
            derivative=Code(f"{x.owner} @ kernel{' + bias' * (len(names) > 1)}"),
            arguments=quoted(layer.use.arguments),
            x=rows(x.a, x.shape),
            y=y.a,
            y_rows=rows(y.a, y.shape),
            dx=rows(x.da, x.shape) if x.da else None,
            dy=rows(cast(Code, y.da), y.shape),
            w={key: Code(f"w.{name}") for key, name in names.items()},
            dw={key: Code(f"dw.{name}") for key, name in names.items()},
            product=Code(f"(B{many}, {inner}) @ ({inner}, {units})"),
        )
    )
    layout.value = y
