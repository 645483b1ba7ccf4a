"""Activations, of a layer's sum or by themselves."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, quoted
from nnspec.plan.step import (
    Step,
)
from nnspec.quote import Code
from nnspec.record import replace
from nnspec.table.activations import sums_last
from nnspec.table.entry import Activation, Shape, Use


def add_activation(layout: Layout, layer: ir.Call, use: Use, fused: str | None) -> None:
    """The activation; one that the loss is `fused` with keeps its logits."""
    activation, name = cast(Activation, use.entry), layout.names[layer.name]
    if activation.name == "linear":
        return
    x, needs = layout.value, activation.needs(use.arguments)
    keeps_logits = activation.name == fused and sums_last(x.shape, use)
    free = needs.isdisjoint(("output", "sign"))
    y = replace(x, free=free, sign_only=needs == {"sign"})
    if keeps_logits or "input" in needs or not x.free:
        beside = ("p",) if keeps_logits else (name, activation.name)
        y = replace(y, owner=name if x.owner != name else layout.fresh(*beside))
        layout.hold(y.owner, y.shape)
    gate = layout.fresh(name, "gate") if "gate" in needs else None
    if gate:
        layout.hold(gate, y.shape)
    if keeps_logits:
        layout.logits = x
    layout.steps.append(
        Step(
            kind="activations",
            template=activation.name,
            forward="fused" if keeps_logits else "forward",
            derivative=None if keeps_logits else Code(activation.name),
            arguments=quoted(use.arguments),
            x=x.a,
            y=y.a,
            dy=y.da,
            gate=Code(f"a.{gate}") if gate else None,
            plain=all(use.arguments[a.name] == a.default for a in activation.arguments),
            zero=_zero(layout, activation.name, y.shape),
            limited=use.arguments.get("max_value") is not None,
        )
    )
    layout.value = y


def _zero(layout: Layout, activation: str, shape: Shape) -> Code:
    """What a ReLU compares with: an array where samples are long, which is faster."""
    size = prod(shape)
    if activation != "relu" or size < _LONG_ROW:
        return Code("0.0")
    layout.zeros = max(layout.zeros, size)
    zeros = f"ZEROS[:{size}]"
    return Code(zeros if len(shape) == 1 else f"{zeros}.reshape{shape}")


#: From here on NumPy compares samples with an array in less time than with a number.
_LONG_ROW = 64
