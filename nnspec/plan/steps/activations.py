"""Activations, of a layer's sum or by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, quoted
from nnspec.plan.program import Step
from nnspec.quote import Code
from nnspec.table import TABLE
from nnspec.table.entry import Activation, Use


def add_activation(
    layout: Layout, layer: ir.Layer, use: Use, fused: str | None
) -> None:
    """The activation; one that the loss is `fused` with keeps its logits."""
    activation = cast(Activation, TABLE["activation"][use.entry.name])
    if activation.name == "linear":
        return
    x, keeps_logits = layout.value, activation.name == fused
    y = replace(x, free=False, sign_only=activation.sign_only(use.arguments))
    if keeps_logits or not x.free:
        own = layout.names[layer.name]
        y = replace(y, owner=own if x.owner != own else layout.fresh("p"))
        layout.hold(y.owner, y.shape)
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
            plain=not any(use.arguments.get(name) for name in _BENDS),
            zero=_zero(layout, activation.name, y.shape[-1]),
            limited=use.arguments.get("max_value") is not None,
        )
    )
    layout.value = y


def _zero(layout: Layout, activation: str, width: int) -> Code:
    """What a ReLU compares with: an array where rows are long, which is faster."""
    if activation != "relu" or width < _LONG_ROW:
        return Code("0.0")
    layout.zeros = max(layout.zeros, width)
    return Code(f"ZEROS[:{width}]")


#: From here on NumPy compares rows with an array in less time than with a number.
_LONG_ROW = 64
#: Arguments that make a ReLU more than max(x, 0).
_BENDS = ("negative_slope", "max_value", "threshold")
