"""Layers that normalize what they are given: y = gamma * x_hat + beta."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, quoted
from nnspec.plan.step import (
    Step,
)
from nnspec.quote import Code
from nnspec.record import replace
from nnspec.table.entry import Layer


def add_normalization(layout: Layout, layer: ir.Call) -> None:
    """x_hat takes the place of x where nobody needs that any more, and y another one.

    Without gamma and beta y is x_hat.
    """
    entry, arguments = cast(Layer, layer.use.entry), layer.use.arguments
    if entry.by_batch and not arguments["trainable"]:
        _add_fixed(layout, layer)
        return
    x, name = layout.value, layout.names[layer.name]
    facts = entry.facts(x.shape, arguments)
    x_hat = x.owner
    if not x.free:
        x_hat = layout.fresh(name, "x_hat") if facts["affine"] else name
        layout.hold(x_hat, x.shape)
    y = layout.output(layer, None if facts["affine"] else x_hat)
    layout.steps.append(
        Step(
            kind="layers",
            template=entry.name,
            derivative=Code(entry.name),
            arguments=quoted(arguments),
            facts=quoted(facts),
            x=x.a,
            y=y.a,
            dx=x.da,
            dy=y.da,
            w=layout.weights(layer, "w"),
            dw=layout.weights(layer, "dw"),
            by_batch=entry.by_batch,
            x_hat=Code(f"a.{x_hat}"),
            kept=Code(f"a.{layout.fresh(name, cast(str, entry.keeps))}"),
            in_place=x.free,
            files=("sum_sites",) if facts.get("last") else (),
        )
    )
    layout.value = y


def _add_fixed(layout: Layout, layer: ir.Call) -> None:
    """A normalization by means that stay: a product and a sum, over what is free."""
    entry, arguments = cast(Layer, layer.use.entry), layer.use.arguments
    x = layout.value
    y = x if x.free else replace(x, owner=layout.names[layer.name], free=True)
    if not x.free:
        layout.hold(y.owner, y.shape)
    layout.steps.append(
        Step(
            kind="layers",
            template=f"{entry.name}_fixed",
            derivative=Code(entry.name),
            arguments=quoted(arguments),
            facts=quoted(entry.facts(x.shape, arguments)),
            x=x.a,
            y=y.a,
            dy=y.da,
            w=layout.weights(layer, "w"),
            in_place=x.free,
        )
    )
    layout.value = replace(y, sign_only=False)
