"""Layers that give vectors to ids and positions."""

from __future__ import annotations

from nnspec import ir
from nnspec.plan.layout import Layout, layer_step
from nnspec.plan.values import Back, Operation, Value
from nnspec.quote import Code


def add_embedding(layout: Layout, call: ir.Call, x: Value) -> Value:
    """The rows of a weight at ids, which have no gradient."""
    y, w = layout.output(call, x), layout.weights(call)
    gradients = layout.gradients(call)
    return layout.add(
        Operation(
            lambda op: layer_step(
                call,
                op,
                w=w,
                derivative=Code(f"{y.owner} = embeddings[{x.owner}]"),
                files=("sum_rows",) if gradients else (),
            ),
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x,) if gradients else (),
            gradients=gradients,
        )
    )


def add_positions(layout: Layout, call: ir.Call, x: Value) -> Value:
    """A sum, over what it is given where nobody needs that any more."""
    y, w = layout.output(call, x), layout.weights(call)
    length, known = x.shape[0], call.weights[0].shape[0]
    steps = Code(f"[:{length}]" if length < known else "")
    return layout.add(
        Operation(
            lambda op: layer_step(
                call,
                op,
                w=w,
                facts={"steps": steps, "rest": Code(f"[{length}:]") if steps else None},
                in_place=y.array is x.array,
            ),
            (x,),
            (y,),
            y,
            (Back.SAME,),
            over=(x,),
            gradients=layout.gradients(call),
        )
    )
