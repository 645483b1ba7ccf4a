"""The constraints of weights, which every update is followed by."""

from __future__ import annotations

from nnspec import ir
from nnspec.plan.layout import quoted
from nnspec.plan.names import attribute
from nnspec.plan.program import Bound
from nnspec.quote import Code


def plan_bounds(model: ir.Model) -> tuple[Bound, ...]:
    """The constraints of all weights that are trained and have one."""
    return tuple(
        Bound(
            template=use.entry.name,
            w=Code(f"w.{attribute(weight.name)}"),
            arguments=quoted(use.arguments),
            strict=use.arguments.get("rate") == 1,
        )
        for weight in model.weights
        if weight.trainable and (use := weight.constraint)
    )
