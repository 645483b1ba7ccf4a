"""Layers that draw random numbers while training."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, quoted
from nnspec.plan.program import Step
from nnspec.quote import Code, literal


def add_noise(layout: Layout, layer: ir.Layer) -> None:
    """A dropout, over what it is given where nobody needs that."""
    rate = cast(float, layer.use.arguments["rate"])
    if rate == 0:
        return
    x = layout.value
    in_place = x.free or x.sign_only
    y = x if in_place else replace(x, owner=layout.names[layer.name], sign_only=False)
    if not in_place:
        layout.hold(y.owner, y.shape)
    mask = layout.fresh(layout.names[layer.name], "mask")
    layout.hold(mask, y.shape)
    layout.steps.append(
        Step(
            kind="layers",
            template="dropout",
            derivative=Code(layer.name),
            arguments=quoted(layer.use.arguments),
            x=x.a,
            y=y.a,
            dy=y.da,
            in_place=in_place,
            mask=Code(f"a.{mask}"),
            scale=Code("*= 0.0" if rate == 1 else f"/= 1.0 - {literal(rate)}"),
        )
    )
    layout.value = y
