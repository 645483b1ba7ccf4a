"""Losses of a spec's own, whose lines are made of their formulas."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec.formulas.derivative import gradients
from nnspec.formulas.expression import Expression, Shape, value
from nnspec.formulas.shapes import spread
from nnspec.formulas.simplify import ONE
from nnspec.formulas.written import written
from nnspec.record import replace
from nnspec.table.entry import Use
from nnspec.table.training_entry import LossEntry
from nnspec.targets.numpy.formulas.lines import Goal, Lines
from nnspec.targets.numpy.formulas.spelling import Like
from nnspec.targets.numpy.formulas.told import told
from nnspec.targets.numpy.measures import Loss
from nnspec.targets.quote import Code, comment, literal


def with_formula(loss: Loss, use: Use, shape: Shape) -> Loss:
    """The loss with the lines of its formula, and of the derivative by p.

    `measure` and `backward` keep nothing for each other: each has what it needs of y
    and p alone.
    """
    entry = cast(LossEntry, use.entry)
    assert entry.build is not None
    y, p = value("y", shape), value("p", shape)
    made = entry.build(y, p, use.arguments)
    result = spread(made.result, made.result.shape, batched=True)
    by_p = gradients(result, spread(ONE, result.shape, batched=True), [p])[p]
    words = {v: name for name, v in made.lines.items() if v.operands}
    forward, backward = (
        Lines({y: Code("y"), p: loss.p}, Like(loss.p), words) for _ in range(2)
    )
    forward.compute([Goal(result, Code("losses"))])
    backward.compute([Goal(by_p, loss.dy, held=True)])
    alike = len(result.shape) == len(shape)
    return replace(
        loss,
        template="formula",
        values=_values(loss, result, shape),
        told=told(entry, "y, p"),
        told_back=_derivative(by_p),
        lines=tuple(forward.lines),
        lines_back=tuple(backward.lines),
        weight=Code("weight" if alike else "weight[..., 0]"),
        files=tuple(sorted(forward.files | backward.files)),
    )


def _values(loss: Loss, result: Expression, shape: Shape) -> Code:
    """What a sum over all that the formula gives is divided by, if by anything."""
    count = prod(result.shape)
    if not loss.averaged:
        return literal(count) if count > 1 else Code("")
    if result.shape == shape:
        return Code("y.size")
    return Code(f"len(y) * {count}" if count > 1 else "len(y)")


def _derivative(by_p: Expression) -> Code:
    text = written(by_p)
    if text is None:
        return Code("With respect to p, the derivative:")
    return comment(f"With respect to p, the derivative is {text}.")
