"""Layers that normalize what they are given: y = gamma * x_hat + beta."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.table.entry import LayerEntry
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code


def add_normalization(layout: Layout, call: ir.Call, x: Value) -> Value:
    """x_hat takes the place of x where nobody needs that any more, and y another one.

    Without gamma and beta y is x_hat.
    """
    entry, arguments = cast(LayerEntry, call.use.entry), call.use.arguments
    if entry.by_batch and not arguments["trainable"]:
        return _add_fixed(layout, call, x)
    affine = entry.facts(x.shape, arguments)["affine"]
    y = layout.output(call, x)
    x_hat = Value(x.shape, y.name, "x_hat") if affine else y
    kept = Code(f"a.{layout.fresh(y.name, cast(str, entry.keeps))}")
    w = layout.weights(call)

    def build(op: Operation) -> Step:
        last = entry.facts(x.shape, arguments).get("last")
        return layer_step(
            call,
            op,
            entry.name,
            w=w,
            by_batch=entry.by_batch,
            x_hat=x_hat.a,
            kept=kept,
            in_place=x_hat.array is x.array,
            files=("sum_sites",) if last else (),
        )

    return layout.add(
        Operation(
            build,
            (x,),
            (x_hat, y) if affine else (y,),
            y,
            (Back.OWN,),
            over=(x,),
            looks=(x_hat,),
            gradients=layout.gradients(call),
        )
    )


def _add_fixed(layout: Layout, call: ir.Call, x: Value) -> Value:
    """A normalization by means that stay: a product and a sum, over what is free."""
    entry = cast(LayerEntry, call.use.entry)
    y, w = layout.output(call, x), layout.weights(call)
    return layout.add(
        Operation(
            lambda op: layer_step(
                call, op, f"{entry.name}_fixed", w=w, in_place=y.array is x.array
            ),
            (x,),
            (y,),
            y,
            (Back.OVER,),
            over=(x,),
        )
    )
