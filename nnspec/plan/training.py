"""The parts of the network section that the training section settles."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec import ir
from nnspec.plan.layout import quoted
from nnspec.plan.names import attribute, comment_of
from nnspec.plan.program import Draw
from nnspec.quote import Code, literal
from nnspec.table.entry import Initializer, Shape


def plan_draws(model: ir.Model) -> tuple[Draw, ...]:
    """The initial values of all weights but those that stay 0."""
    return tuple(
        _draw(weight)
        for weight in model.weights
        if weight.initializer.entry.name != "zeros"
    )


def _draw(weight: ir.Weight) -> Draw:
    use = weight.initializer
    entry = cast(Initializer, use.entry)
    seed = use.arguments.get("seed")
    draw = Draw(
        template=entry.name,
        comment=comment_of(use),
        w=Code(f"w.{attribute(weight.name)}"),
        rng=Code("rng" if seed is None else f"np.random.default_rng({seed})"),
        shape=literal(weight.shape),
        arguments=quoted(use.arguments),
    )
    if entry.scaling is None:
        return draw
    scale, mode, distribution = entry.scaling(use.arguments)
    fan = fan_of(weight.shape, mode)
    return Draw(
        **{
            **vars(draw),
            "template": "variance_scaling",
            "variance": Code(f"{scale:g} / {fan:g}"),
            "variance_3": Code(f"{3 * scale:g} / {fan:g}"),
            "distribution": distribution,
        }
    )


def fan_of(shape: Shape, mode: str) -> float:
    """Keras's number of connections of a weight, by which its variance is divided."""
    if len(shape) < 2:
        fan_in = fan_out = prod(shape)
    else:
        field = prod(shape[:-2])
        fan_in, fan_out = shape[-2] * field, shape[-1] * field
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    return max(1.0, fans[mode])
