"""The values of a network on their way through it, and the arrays that hold them.

An elementwise step writes over what it is given where nobody needs that any more: an
activation over the sum before it, unless its derivative is told from that; a dropout
over a value of which only the sign is needed. A value that no trainable weight lies
before has no derivative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nnspec import ir
from nnspec.plan.names import batch_shape, free_attribute
from nnspec.plan.step import (
    Buffer,
    Seed,
    Step,
)
from nnspec.quote import Code, literal
from nnspec.record import Record, replace
from nnspec.table.entry import Shape, Use


class Value(Record):
    """A value on its way through the network.

    `owner` is the attribute of the array that holds it, `gradient` that of the array
    for its derivative, None if it has none. `free` says that no step needs it for its
    own derivative, so that the next may write over it; `sign_only` that nothing but
    its sign is needed; `sparse` that it lists what is not 0.
    """

    owner: Code
    shape: Shape
    gradient: Code | None
    free: bool = False
    sign_only: bool = False
    sparse: bool = False

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
    """The steps and arrays of a network, as they are laid out layer by layer.

    `names` are the attributes of the layers' outputs, `attributes` those of weights.
    """

    input: Value
    taken: set[str]
    names: Mapping[str, Code]
    attributes: Mapping[str, Code]
    #: How many samples there are at once; 0 where threads share a batch.
    batch: int = 0
    value: Value = field(init=False)
    steps: list[Step] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    gradients: list[Buffer] = field(default_factory=list)
    seeds: list[Seed] = field(default_factory=list)
    draws: set[str] = field(default_factory=set)
    zeros: int = 0
    #: What the last activation was given, where the loss is computed from that.
    logits: Value | None = None

    def __post_init__(self) -> None:
        self.value = self.input

    def fresh(self, name: str, part: str = "") -> Code:
        """An attribute that no other value and no layer has; of a `part` of a layer."""
        found = free_attribute(name, self.taken, part)
        self.taken.add(found)
        return found

    def hold(self, name: Code, shape: Shape) -> None:
        """Make an array for a value of the batch."""
        self.buffers.append(Buffer(name, batch_shape(shape)))

    def output(self, layer: ir.Call, owner: Code | None = None) -> Value:
        """Make an array for what a layer gives, and one for its derivative if any.

        With `owner` the output is what the step makes of that array.
        """
        name, shape = self.names[layer.name], layer.output_shape
        if owner is None:
            self.hold(name, shape)
        y = Value(owner or name, shape, gradient=None, free=owner is None)
        if not self.value.gradient and not layer.trainable_parameters:
            return y
        self.gradients.append(Buffer(name, batch_shape(shape)))
        return replace(y, gradient=name)

    def weights(self, layer: ir.Call, space: str) -> dict[str, Code]:
        """A layer's weights, which are in `w`, or their derivatives, which in `dw`."""
        return {
            weight.name.rpartition("/")[2]: self.weight(weight, space)
            for weight in layer.weights
            if space == "w" or weight.trainable
        }

    def weight(self, weight: ir.Weight, space: str) -> Code:
        """A weight as it stands in `w`, or its derivative in `dw`."""
        return Code(f"{space}.{self.attributes[weight.name]}")


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
