"""Activations, of a layer's sum or by themselves."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec import ir
from nnspec.table.activations import sums_last
from nnspec.table.entry import ActivationEntry, Shape, Use
from nnspec.targets.numpy.layout import Layout, Logits, quoted
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.steps.formulas import add_own_activation
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code


def add_activation(
    layout: Layout, call: ir.Call, use: Use, x: Value, fused: str | None
) -> Value:
    """The activation; one that the loss is `fused` with keeps its logits."""
    activation = cast(ActivationEntry, use.entry)
    if activation.name == "linear":
        return x
    if activation.build is not None:
        return add_own_activation(layout, call, use, x)
    name, needs = layout.names[call.name], activation.needs(use.arguments)
    keeps_logits = activation.name == fused and sums_last(x.shape, use)
    kept: dict[str, Code] = {}
    if keeps_logits:
        peak, total = layout.kept_of_softmax(name)
        kept = {"peak": peak, "total": total}
        layout.logits[call.name] = Logits(activation.name, x, peak, total)
    y = Value(
        x.shape,
        name,
        beside=_beside(layout, name, activation.name, keeps_logits),
        derived=x.derived,
    )
    gate = Value(x.shape, name, "gate") if "gate" in needs else None
    zero = _zero(layout, activation.name, y.shape)

    def build(op: Operation) -> Step:
        return Step(
            kind="activations",
            template=activation.name,
            forward="fused" if keeps_logits else "forward",
            derivative=Code(activation.name),
            arguments=quoted(use.arguments),
            facts=kept,
            x=x.a,
            y=y.a,
            dx=op.dx_code,
            dy=op.dy_code,
            gate=gate.a if gate else None,
            plain=all(use.arguments[a.name] == a.default for a in activation.arguments),
            zero=zero,
            limited=use.arguments.get("max_value") is not None,
        )

    looks = {"input": x, "output": y, "gate": gate}
    return layout.add(
        Operation(
            build,
            (x,),
            (y, gate) if gate else (y,),
            y,
            (Back.OVER,),
            over=() if keeps_logits else (x,),
            looks=tuple(v for need, v in looks.items() if need in needs and v),
            looks_at_sign=(y,) if "sign" in needs else (),
        )
    )


def _beside(
    layout: Layout, name: Code, activation: str, keeps_logits: bool
) -> tuple[str, str]:
    """What the activation's array is called beside that of what it is given."""
    if not keeps_logits:
        return name, activation
    return (name, "p") if layout.several else ("p", "")


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
