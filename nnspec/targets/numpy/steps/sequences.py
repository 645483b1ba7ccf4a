"""Layers that give vectors to ids and positions."""

from __future__ import annotations

from nnspec import ir
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code


def add_embedding(layout: Layout, call: ir.Call, x: Value) -> Value:
    """The rows of a weight at ids, which have no gradient."""
    y, w = layout.output(call, x), layout.weights(call)
    gradients, mask = layout.gradients(call), layout.add_mask(call, y)
    return layout.add(
        Operation(
            lambda op: layer_step(
                call,
                op,
                w=w,
                facts={"mask": mask[0].a if mask else None},
                derivative=Code(f"{y.owner} = embeddings[{x.owner}]"),
                files=("sum_rows",) if gradients else (),
            ),
            (x,),
            (y, *mask),
            y,
            (Back.OWN,),
            looks=(x,) if gradients else (),
            gradients=gradients,
        )
    )


def add_masking(layout: Layout, call: ir.Call, x: Value) -> Value:
    """A product with the mask, which is one of the values even where nobody uses it."""
    y = layout.output(call, x)
    mask = layout.add_mask(call, y)
    own = mask[0] if mask else Value(x.shape[:1], y.name, "mask", bools=True)
    return layout.add(
        Operation(
            lambda op: layer_step(
                call, op, facts={"mask": own.a}, in_place=y.array is x.array
            ),
            (x,),
            (y, own),
            y,
            (Back.OVER,),
            over=(x,),
            looks=(own,),
        )
    )


def add_positions(layout: Layout, call: ir.Call, x: Value) -> Value:
    """A sum, over what it is given where nobody needs that any more."""
    y, w = layout.output(call, x), layout.weights(call)
    length, known = x.shape[0], call.weights[0].shape[0]
    steps = Code(f"[:{length}]" if length < known else "")
    rest = Code(f"[{length}:]") if steps else None
    if layout.window is not None:
        steps = Code("[a.place]")
    return layout.add(
        Operation(
            lambda op: layer_step(
                call,
                op,
                w=w,
                facts={"steps": steps, "rest": rest},
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
