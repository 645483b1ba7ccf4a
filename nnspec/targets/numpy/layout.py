"""How a network is laid out: its operations, one after the other, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.entry import LayerEntry, Shape, Use
from nnspec.targets.numpy.blocks.use import Alike
from nnspec.targets.numpy.names import free_attribute
from nnspec.targets.numpy.step import Buffer, Seed, Step
from nnspec.targets.numpy.values import Array, Operation, Value
from nnspec.targets.quote import Code, literal

#: Attributes of a batch: the largest logit of each sample, and the sum of their exp.
PEAK, TOTAL = Code("a.peak"), Code("a.total")


@dataclass(eq=False)
class Output:
    """An output of the network, and what the loss is computed of.

    `p` is what is predicted, and `z` what the loss goes back to: its logits, where the
    loss is fused with the activation that makes p of these, or else p itself. One that
    is only predicted has no `dz`. `peak` and `total` are what its softmax keeps.
    """

    name: str
    p: Value
    z: Value
    dz: Value | None
    peak: Code = PEAK
    total: Code = TOTAL

    @property
    def fused(self) -> bool:
        """Whether the loss is computed from logits."""
        return self.z is not self.p


class Logits(Record):
    """What an activation was given that a loss is `fused` with, and what it keeps."""

    fused: str
    z: Value
    peak: Code
    total: Code


class Within(Record):
    """An activation as a function that layers call, and its derivative as another.

    `told` is the use of it as a spec writes it, and `entry` its name. The lines of
    `step` set y by x; those of the way back work on dy, and are there where a layer
    with a derivative has it.
    """

    name: Code
    told: Code
    entry: str
    step: Step
    derived: bool


@dataclass
class Layout:
    """The operations of a network, in the order in which it is computed.

    `names` are the attributes of the calls' values, `attributes` those of weights.
    """

    taken: set[str]
    names: Mapping[str, Code]
    attributes: Mapping[str, Code]
    #: The shapes of weights, by their attributes.
    shapes: Mapping[Code, Shape]
    #: How many samples there are at once; 0 where threads share a batch.
    batch: int = 0
    #: Whether there are several outputs, so that what they keep has names of its own.
    several: bool = False
    #: Of one step of a network, after which what layers keep goes on to the next: how
    #: many steps a sample has.
    window: int | None = None
    operations: list[Operation] = field(default_factory=list)
    #: The value of each call; and those of the inputs and the outputs.
    values: dict[str, Value] = field(default_factory=dict)
    inputs: list[Value] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    #: Of a call, what its activation is given, where the loss is computed of that.
    logits: dict[str, Logits] = field(default_factory=dict)
    seeds: list[Seed] = field(default_factory=list)
    #: The masks of steps by the calls that make them; and of each call that goes by
    #: masks, which of these calls make that of each value that it takes, if any.
    masks: dict[str, Value] = field(default_factory=dict)
    masked: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    #: The activations that layers have within them.
    within: list[Within] = field(default_factory=list)
    draws: set[str] = field(default_factory=set)
    zeros: int = 0
    #: The weights that have had their penalties; and whether anything has had one.
    penalized: set[str] = field(default_factory=set)
    has_penalties: bool = False
    #: What the script prints of it, once all values have their arrays.
    forward: tuple[Step, ...] = ()
    backward: tuple[Step, ...] = ()
    arrays: tuple[Array, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    #: Uses of blocks that can be functions.
    alike: tuple[Alike, ...] = ()

    @property
    def input(self) -> Value:
        """The input, or the first of them."""
        return self.inputs[0]

    def fresh(self, name: str, part: str = "") -> Code:
        """An attribute that no other value and no layer has; of a `part` of a layer."""
        found = free_attribute(name, self.taken, part)
        self.taken.add(found)
        return found

    def kept_of_softmax(self, name: str) -> tuple[Code, Code]:
        """What the softmax of an output keeps for the loss: its peak and its total."""
        if not self.several:
            return PEAK, TOTAL
        peak, total = (self.fresh(name, part) for part in ("peak", "total"))
        return Code(f"a.{peak}"), Code(f"a.{total}")

    def add(self, operation: Operation) -> Value:
        """The output of an operation, which is added."""
        self.operations.append(operation)
        return operation.y

    def output(self, call: ir.Call, *inputs: Value, part: str = "") -> Value:
        """A value for what a layer gives, which has a gradient if anything is learnt.

        A `part` of the layer stands between its inputs and what it gives.
        """
        return Value(
            call.output_shape,
            self.names[call.name],
            part,
            derived=bool(call.trainable_parameters) or any(x.derived for x in inputs),
        )

    def mask(self, call: ir.Call, place: int = 0) -> Value | None:
        """The mask of the steps of a value that a call takes, where it goes by one."""
        maker = self.masked[call.name][place] if call.name in self.masked else None
        return self.masks[maker] if maker else None

    def add_mask(self, call: ir.Call, y: Value) -> tuple[Value, ...]:
        """The mask that a call makes beside its output, where any call goes by it."""
        if not any(call.name in makers for makers in self.masked.values()):
            return ()
        mask = Value(y.shape[:1], y.name, "mask", bools=True)
        self.masks[call.name] = mask
        return (mask,)

    def weights(self, call: ir.Call) -> dict[str, Code]:
        """A layer's weights, by their names within it, as the script writes them."""
        return {_own(w): self.weight(w, "w") for w in call.weights}

    def gradients(self, call: ir.Call) -> dict[str, Code]:
        """The attributes of the gradients by its weights, by the names of these."""
        return {_own(w): self.attributes[w.name] for w in call.weights if w.trainable}

    def weight(self, weight: ir.Weight, space: str) -> Code:
        """A weight as it stands in `w`, or its gradient in `dw`."""
        return Code(f"{space}.{self.attributes[weight.name]}")


def _own(weight: ir.Weight) -> str:
    return weight.name.rpartition("/")[2]


def layer_step(
    call: ir.Call, operation: Operation, template: str | None = None, **more: object
) -> Step:
    """The step of a layer with the operands that all have, and `more`."""
    entry, arguments = cast(LayerEntry, call.use.entry), call.use.arguments
    operands: dict[str, object] = {
        "kind": "layers",
        "template": template or entry.template or entry.name,
        "derivative": Code(entry.name),
        "arguments": quoted(arguments),
        "facts": quoted(entry.facts(operation.x.shape, arguments)),
        "x": operation.x.a,
        "y": operation.y.a,
        "dx": operation.dx_code,
        "dy": operation.dy_code,
        "dw": operation.dw,
    }
    return Step(**{**operands, **more})  # type: ignore[arg-type]


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


def rows_or_none(value: Value | None) -> Code | None:
    """A value's array as a matrix, where there is one."""
    return rows(value.a, value.shape) if value else None
