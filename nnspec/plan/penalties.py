"""Penalties of weights and of what layers give.

`forward` sums up all penalties of a batch, and `measure` adds them to the loss. Their
derivatives are added to those that are there already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.plan.layout import Layout, Value
from nnspec.plan.names import batch_shape
from nnspec.plan.step import (
    Buffer,
    Penalty,
    Step,
)
from nnspec.quote import Code, literal
from nnspec.record import replace
from nnspec.table.entry import Layer, Regularizer

#: All penalties of a batch, and the derivative of the loss by them.
_TOTAL, _ONE = Code("a.penalty"), Code("1.0")
#: The factors of the derivatives: |x| has sign(x), x² has 2x.
_SLOPES = {"l1": 1.0, "l2": 2.0}


def penalize_weights(layout: Layout, layer: ir.Call) -> None:
    """The penalties of those of a layer's weights that are trained.

    They stand before the steps of the layer, so that `backward` comes to them when it
    has written the derivatives by the weights.
    """
    for weight in layer.weights:
        use = weight.regularizer
        if use is None or not weight.trainable:
            continue
        dw = layout.weight(weight, "dw")
        penalty = Penalty(
            kind="regularizers",
            template="",
            x=layout.weight(weight, "w"),
            y=_TOTAL,
            dx=dw,
            dy=_ONE,
            onto_dx=Code(f"{dw} +="),
        )
        _add(layout, penalty, cast(Regularizer, use.entry).factors(use.arguments))


def penalize_output(layout: Layout, layer: ir.Call) -> None:
    """The penalty of what a layer gives, over which no step may write then."""
    factors = cast(Layer, layer.use.entry).penalty(layer.use.arguments)
    if not factors:
        return
    x, own = _with_derivative(layout)
    layout.value = replace(x, free=False, sign_only=False)
    penalty = Penalty(
        kind="regularizers",
        template="",
        x=x.a,
        y=_TOTAL,
        dx=x.da,
        dy=_ONE,
        onto_dx=Code(f"{x.da}[...] =" if own else f"{x.da} +="),
    )
    _add(layout, penalty, factors, f" / len({layout.input.a})")


def _add(
    layout: Layout, penalty: Penalty, factors: Mapping[str, float], share: str = ""
) -> None:
    """A step for each factor; `share` follows it.

    Backwards the last one comes first: if it sets a derivative, those before it add.
    """
    for name, factor in factors.items():
        steps = layout.steps
        if penalty.onto_dx == f"{penalty.dx}[...] =":
            _add_before(steps, penalty.dx)
        first = not any(isinstance(step, Penalty) for step in reversed(steps))
        steps.append(
            replace(
                penalty,
                template=name,
                derivative=Code(name) if penalty.dx else None,
                scale=Code(f"{literal(factor)}{share}"),
                slope=Code(f"{literal(_SLOPES[name] * factor)}{share}"),
                onto=Code(f"{_TOTAL} {'=' if first else '+='}"),
            )
        )


def _add_before(steps: list[Step], dx: Code | None) -> None:
    """Let the penalty that sets a derivative so far add to it."""
    for i, step in reversed([*enumerate(steps)]):
        if isinstance(step, Penalty) and step.dx == dx:
            steps[i] = replace(step, onto_dx=Code(f"{dx} +="))
            return


def _with_derivative(layout: Layout) -> tuple[Value, bool]:
    """The value, and whether its derivative is that of its penalties alone.

    A loss that is fused with the last activation gives the derivative by the logits.
    Then that by the output has an array of its own, goes back through the activation
    and is added to the other there.
    """
    y, z = layout.value, layout.logits
    if z is None:
        return y, False
    if y.gradient == z.gradient:
        y = replace(y, gradient=y.owner)
        layout.gradients.append(Buffer(y.owner, batch_shape(y.shape)))
        fused = layout.steps.pop()
        joined = Step(
            kind="layers",
            template="joined",
            forward="",
            derivative=Code(fused.template),
            x=z.a,
            y=y.a,
            dx=z.da,
            dy=y.da,
        )
        layout.steps += [joined, replace(fused, derivative=joined.derivative, dy=y.da)]
    return y, True
