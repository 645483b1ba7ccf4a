"""The network section: steps, the arrays that they share, and their derivatives.

An elementwise step writes over what it is given where nobody needs that any more: an
activation over the sum before it, a dropout over a value of which only the sign is
needed. A value that no weight lies before has no derivative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import cast

from nnspec import ir
from nnspec.plan.names import attribute, batch_shape, free_attribute
from nnspec.plan.program import Buffer, Step
from nnspec.quote import Code, literal
from nnspec.table import TABLE
from nnspec.table.entry import Activation, Shape, Use


@dataclass(frozen=True)
class Value:
    """A value on its way through the network.

    `owner` is the attribute of the array that holds it, `gradient` that of the array
    for its derivative, None if it has none. `free` says that no step needs it for its
    own derivative, so that the next may write over it; `sign_only` that nothing but
    its sign is needed.
    """

    owner: Code
    shape: Shape
    gradient: Code | None
    free: bool = False
    sign_only: bool = False

    @property
    def a(self) -> Code:
        """The value."""
        return Code(f"a.{self.owner}")

    @property
    def da(self) -> Code | None:
        """The derivative of the loss by it."""
        return Code(f"da.{self.gradient}") if self.gradient else None


@dataclass
class Layout:
    """The steps and arrays of a network, as they are laid out layer by layer."""

    input: Value
    taken: set[str]
    names: Mapping[str, Code]
    value: Value = field(init=False)
    steps: list[Step] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    gradients: list[Buffer] = field(default_factory=list)
    zeros: int = 0
    #: What the last activation was given, where the loss is computed from that.
    logits: Value | None = None

    def __post_init__(self) -> None:
        self.value = self.input

    def fresh(self, name: str) -> Code:
        """An attribute that no other value and no layer has."""
        found = free_attribute(name, self.taken)
        self.taken.add(found)
        return found

    def hold(self, name: Code, shape: Shape) -> None:
        """Make an array for a value of the batch."""
        self.buffers.append(Buffer(name, batch_shape(shape)))


def _attributes(layers: tuple[ir.Layer, ...]) -> dict[str, Code]:
    """An attribute for the output of each layer: its name, where Python allows it."""
    taken = {layer.name for layer in layers}
    found: dict[str, Code] = {}
    for layer in layers:
        taken.remove(layer.name)
        found[layer.name] = free_attribute(layer.name, taken)
        taken |= {layer.name, found[layer.name]}
    return found


def lay_out(layers: tuple[ir.Layer, ...], fused: str | None) -> Layout:
    """The steps of a network.

    `fused` names the activation that the loss is fused with: where the last layer ends
    in it, that step keeps its logits, and the derivative of the loss is that by them.
    """
    names = _attributes(layers[1:])
    taken: set[str] = {*names, *names.values()}
    x = Value(free_attribute("x", taken), layers[0].output_shape, None)
    layout = Layout(x, {*taken, x.owner}, names)
    layout.hold(layout.input.owner, layout.input.shape)
    for layer in layers[1:]:
        _add(layout, layer, fused if layer is layers[-1] else None)
    return layout


def add_probabilities(layout: Layout, name: str) -> None:
    """The probabilities that a loss of logits goes by, beside a linear output."""
    x = layout.value
    y = replace(x, owner=layout.fresh("p"), free=False)
    layout.hold(y.owner, y.shape)
    layout.logits, layout.value = x, y
    layout.steps.append(
        Step(
            kind="activations",
            template=name,
            forward="fused",
            x=x.a,
            y=y.a,
        )
    )


def _add(layout: Layout, layer: ir.Layer, fused: str | None) -> None:
    use = layer.use
    if use.entry.name == "dense":
        _dense(layout, layer)
    if use.entry.name in ("dense", "activation"):
        activation = cast("Use | None", use.arguments["activation"])
        if activation is not None:
            _activation(layout, layer, activation, fused)
    elif use.entry.name in TABLE["activation"]:
        _activation(layout, layer, use, fused)
    elif use.entry.name == "dropout":
        _dropout(layout, layer)
    elif use.entry.name in ("flatten", "reshape"):
        _view(layout, layer)


def quoted(arguments: Mapping[str, object]) -> dict[str, Code | bool | None]:
    """Arguments as Python source; flags and None as they are, for the templates."""
    return {
        name: value if value is None or isinstance(value, bool) else literal(value)
        for name, value in arguments.items()
        if not isinstance(value, Use)
    }


def rows(array: Code, shape: Shape) -> Code:
    """An array as a matrix: a row for each vector of the last axis."""
    return array if len(shape) == 1 else Code(f"{array}.reshape(-1, {shape[-1]})")


def _dense(layout: Layout, layer: ir.Layer) -> None:
    x, name = layout.value, layout.names[layer.name]
    y = Value(name, layer.output_shape, gradient=name, free=True)
    layout.hold(name, y.shape)
    layout.gradients.append(Buffer(name, batch_shape(y.shape)))
    many = "" if len(x.shape) == 1 else f" * {prod(x.shape[:-1])}"
    inner, units = x.shape[-1], y.shape[-1]
    names = {w.name.rpartition("/")[2]: attribute(w.name) for w in layer.weights}
    layout.steps.append(
        Step(
            kind="layers",
            template="dense",
            derivative=Code(f"{x.owner} @ kernel{' + bias' * (len(names) > 1)}"),
            arguments=quoted(layer.use.arguments),
            x=rows(x.a, x.shape),
            y=y.a,
            y_rows=rows(y.a, y.shape),
            dx=rows(x.da, x.shape) if x.da else None,
            dy=rows(cast(Code, y.da), y.shape),
            w={key: Code(f"w.{name}") for key, name in names.items()},
            dw={key: Code(f"dw.{name}") for key, name in names.items()},
            product=Code(f"(B{many}, {inner}) @ ({inner}, {units})"),
        )
    )
    layout.value = y


def _activation(layout: Layout, layer: ir.Layer, use: Use, fused: str | None) -> None:
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


def _dropout(layout: Layout, layer: ir.Layer) -> None:
    rate = cast(float, layer.use.arguments["rate"])
    if rate == 0:
        return
    x = layout.value
    in_place = x.free or x.sign_only
    y = x if in_place else replace(x, owner=layout.names[layer.name], sign_only=False)
    if not in_place:
        layout.hold(y.owner, y.shape)
    mask = layout.fresh(f"{layer.name}_mask")
    layout.hold(mask, y.shape)
    layout.steps.append(
        Step(
            kind="layers",
            template="dropout",
            derivative=Code(layer.name),
            arguments=quoted(layer.use.arguments),
            x=x.a,
            y=y.a,
            dy=y.da,
            in_place=in_place,
            mask=Code(f"a.{mask}"),
            scale=Code("*= 0.0" if rate == 1 else f"/= 1.0 - {literal(rate)}"),
        )
    )
    layout.value = y


def _view(layout: Layout, layer: ir.Layer) -> None:
    x, name = layout.value, layout.names[layer.name]
    if layer.output_shape == x.shape:
        return
    y = replace(x, owner=name, shape=layer.output_shape, gradient=x.gradient and name)
    if x.gradient:
        shape = batch_shape(y.shape)
        layout.gradients.append(Buffer(name, shape, view_of=x.gradient))
    layout.steps.append(
        Step(
            kind="layers",
            template="view",
            x=x.a,
            y=y.a,
            shape=batch_shape(y.shape, "-1"),
        )
    )
    layout.value = y
