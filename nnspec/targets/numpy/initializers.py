"""The parts of the network section that the training section settles."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import cast

from nnspec import ir
from nnspec.record import replace
from nnspec.table.entry import InitializerEntry, Shape
from nnspec.targets.numpy.blocks.loops import Lines, Speller
from nnspec.targets.numpy.layout import quoted
from nnspec.targets.numpy.names import comment_of
from nnspec.targets.numpy.program import Draw
from nnspec.targets.quote import Code, literal


def plan_draws(model: ir.Model, speller: Speller) -> tuple[Lines, ...]:
    """The initial values of all weights but those that stay 0."""
    found = speller.lines(
        [weight for weight in model.network.weights if not stays_0(weight)],
        lambda weight: weight.name,
        lambda weight, path: _draw(weight, speller.array(weight.name, path)),
    )
    return tuple(replace(lines, operands=(*_told_once(lines),)) for lines in found)


def _told_once(lines: Lines) -> Iterator[Draw]:
    """The draws, of which those like the one before tell no limits of their own."""
    last = None
    for draw in lines.operands:
        limits = draw.distribution and (draw.distribution, draw.variance, draw.comment)
        yield replace(draw, again=limits == last) if limits else draw
        last = limits or last


def stays_0(weight: ir.Weight) -> bool:
    """Whether a weight is 0 until it is trained."""
    return weight.initializer.entry.name == "zeros" and not weight.ones


def _draw(weight: ir.Weight, w: Code) -> Draw:
    use = weight.initializer
    entry = cast(InitializerEntry, use.entry)
    seed = use.arguments.get("seed")
    draw = Draw(
        template=entry.name,
        comment=comment_of(use),
        w=w,
        rng=Code("rng" if seed is None else f"np.random.default_rng({seed})"),
        shape=literal(weight.shape),
        arguments=quoted(use.arguments),
        ones=Code("{}:{}".format(*weight.ones)) if weight.ones else None,
    )
    if entry.scaling is None:
        return draw
    scale, mode, distribution = entry.scaling(use.arguments)
    return Draw(
        **{
            **vars(draw),
            "template": "variance_scaling",
            "variance": _quotient(scale, weight, mode),
            "variance_3": _quotient(3 * scale, weight, mode),
            "distribution": distribution,
        }
    )


def _quotient(scale: float, weight: ir.Weight, mode: str) -> Code:
    """`scale` by what its mode names: `6 / (784 + 512)`, where that is the mean fan."""
    fan_in, fan_out = weight.fans or fans(weight.shape)
    if mode == "fan_avg":
        return Code(f"{_number(2 * scale)} / ({fan_in} + {fan_out})")
    return Code(f"{_number(scale)} / {fan_in if mode == 'fan_in' else fan_out}")


def _number(value: float) -> Code:
    return literal(int(value) if float(value).is_integer() else value)


def fans(shape: Shape) -> tuple[int, int]:
    """Keras's numbers of connections of a weight, to a unit and from it."""
    if len(shape) < 2:
        return prod(shape), prod(shape)
    field = prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field
