"""The parts of the network and optimizer sections that the training section settles."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec import ir
from nnspec.plan.layout import quoted
from nnspec.plan.names import attribute, comment_of
from nnspec.plan.program import Draw, Optimizer
from nnspec.quote import Code, literal
from nnspec.table.entry import Initializer, Shape
from nnspec.table.entry import Optimizer as OptimizerEntry

#: From here on the threads that share an update save more than they cost.
_SHARED = 250_000


def plan_optimizer(training: ir.Training, parameters: int) -> Optimizer:
    """The optimizer: its update, and what a call of it is given."""
    use = training.optimizer
    entry = cast(OptimizerEntry, use.entry)
    slots = entry.slots(use.arguments)
    arguments = quoted(use.arguments)
    return Optimizer(
        template=Code(entry.name),
        slots=_slot_views(slots),
        slot_names=literal(slots),
        scratch=entry.scratch,
        steps=entry.steps,
        shared=parameters > _SHARED,
        arguments=arguments,
        learning_rate=cast(Code, arguments["learning_rate"]),
        momentum=bool(use.arguments.get("momentum")),
        nesterov=bool(use.arguments.get("nesterov")),
        centered=bool(use.arguments.get("centered")),
        amsgrad=bool(use.arguments.get("amsgrad")),
    )


def _slot_views(slots: tuple[str, ...]) -> Code:
    """The line that names the slots of a block of parameters."""
    if not slots:
        return Code("")
    if len(slots) == 1:
        return Code(f"{slots[0]} = slots[0, part]")
    return Code(f"{', '.join(slots)} = slots[:, part]")


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
