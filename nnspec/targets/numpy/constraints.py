"""The constraints of weights, which every update is followed by."""

from __future__ import annotations

from collections.abc import Mapping

from nnspec import ir
from nnspec.targets.numpy.layout import quoted
from nnspec.targets.numpy.program import Bound
from nnspec.targets.quote import Code


def plan_bounds(model: ir.Model, attributes: Mapping[str, Code]) -> tuple[Bound, ...]:
    """The constraints of all weights that are trained and have one."""
    return tuple(
        Bound(
            template=use.entry.name,
            w=Code(f"w.{attributes[weight.name]}"),
            arguments=quoted(use.arguments),
            strict=use.arguments.get("rate") == 1,
        )
        for weight in model.network.weights
        if weight.trainable and (use := weight.constraint)
    )
