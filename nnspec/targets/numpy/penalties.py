"""Penalties of weights and of what layers give.

`forward` sums up all penalties of a batch, and `measure` adds them to the loss. Their
derivatives are added to those that are there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import cast

from nnspec import ir
from nnspec.record import replace
from nnspec.table.entry import LayerEntry, RegularizerEntry
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.step import Penalty
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal

#: All penalties of a batch, and the derivative of the loss by them.
_TOTAL, _ONE = Code("a.penalty"), Code("1.0")
#: The factors of the derivatives: |x| has sign(x), x² has 2x.
_SLOPES = {"l1": 1.0, "l2": 2.0}


def penalize_weights(layout: Layout, call: ir.Call) -> None:
    """The penalties of those of a layer's weights that are trained, each once.

    They stand before the operations of the first call that has the weight, so that
    `backward` comes to them when it has written all derivatives by it.
    """
    for weight in call.weights:
        use = weight.regularizer
        if use is None or not weight.trainable or weight.name in layout.penalized:
            continue
        layout.penalized.add(weight.name)
        w, dw = layout.weight(weight, "w"), layout.weight(weight, "dw")
        factors = cast(RegularizerEntry, use.entry).factors(use.arguments)
        for step in _steps(layout, factors):
            whole = replace(step, x=w, dx=dw, onto_dx=Code(f"{dw} +="))
            layout.operations.append(Operation(partial(_same, whole), (), always=True))


def _same(step: Penalty, _: Operation) -> Penalty:
    return step


def penalize_output(layout: Layout, call: ir.Call, x: Value) -> None:
    """The penalty of what a layer gives, which stays as it is until all is told."""
    factors = cast(LayerEntry, call.use.entry).penalty(call.use.arguments)
    for step in _steps(layout, factors):
        build = partial(_of_output, layout, step)
        layout.operations.append(Operation(build, (x,), back=(Back.ONTO,), looks=(x,)))


def _of_output(layout: Layout, step: Penalty, op: Operation) -> Penalty:
    """The mean over the samples of the penalties of what a layer gives for each."""
    share = f" / len({layout.input.a})"
    return replace(
        step,
        x=op.x.a,
        dx=op.dx_code,
        onto_dx=Code(f"{op.dx_code}[...] =" if op.sets else f"{op.dx_code} +="),
        scale=Code(f"{step.scale}{share}"),
        slope=Code(f"{step.slope}{share}"),
    )


def _steps(layout: Layout, factors: Mapping[str, float]) -> Iterator[Penalty]:
    """A step for each factor, without its operands."""
    for name, factor in factors.items():
        first, layout.has_penalties = not layout.has_penalties, True
        yield Penalty(
            kind="regularizers",
            template=name,
            derivative=Code(name),
            x=Code(""),
            y=_TOTAL,
            dy=_ONE,
            scale=literal(factor),
            slope=literal(_SLOPES[name] * factor),
            onto=Code(f"{_TOTAL} {'=' if first else '+='}"),
        )
