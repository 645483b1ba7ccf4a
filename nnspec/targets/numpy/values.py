"""Values that are written once, and the operations that make them.

Nobody decides about memory while a network is laid out: each layer says what it reads
and what it writes, and `nnspec.targets.numpy.arrays` finds an array for each value.
Gradients are values, too: `nnspec.targets.numpy.gradients` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from nnspec.record import replace
from nnspec.table.entry import Shape
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.quote import Code

#: No name, of what has one later.
NONE = Code("")


@dataclass(eq=False)
class Memory:
    """What arrays that are never needed together lie in."""

    held_by: Array | None = None
    #: Of what equal uses of a block share, one after the other, its place in a list.
    spare: int | None = None


@dataclass(eq=False)
class Array:
    """An array of a batch: an attribute of `a`, or of `da`."""

    space: str
    shape: Code
    #: The values that lie in it or in views of it, in the order of the script.
    values: list[Value] = field(default_factory=list)
    name: Code = NONE
    view_of: Array | None = None
    memory: Memory = field(default_factory=Memory)
    #: When anything in it is read for the last time, and looked at for its sign.
    last: int = 0
    last_of_sign: int = 0
    #: Nothing is ever written over what lies in it.
    fixed: bool = False
    #: The use of a block whose lines need it first.
    home: str = ""

    @property
    def root(self) -> Array:
        """The array whose memory it is."""
        return self.view_of.root if self.view_of else self


@dataclass(eq=False)
class Value:
    """A value of a batch, or the gradient of the loss by one, which is written once."""

    #: The shape of one sample; of a weight's gradient, that of the weight.
    shape: Shape
    #: What an array is called that is made for it; with a part, `name_part`.
    name: Code
    part: str = ""
    #: The name and the part where something else is called like `name` already.
    beside: tuple[str, str] = ("", "")
    space: str = "a"
    #: A trainable weight lies before it, so that the loss has a gradient by it.
    derived: bool = False
    #: It lists what is not 0, and has no array.
    sparse: bool = False
    bools: bool = False
    #: It holds ids, which are whole numbers.
    ids: bool = False
    #: What its array holds from the beginning: nothing else is ever written over that.
    filled: Code | None = None
    #: It is the user's: nothing is written over it.
    pinned: bool = False
    #: The shape of its array, where that is not a row for each sample.
    whole_shape: Code | None = None
    #: How many rows its array has for each sample: as many as there are steps, where
    #: each step is a sample of its own.
    rows: int = 1
    #: Several values are merged in it: its gradient has a name of its own.
    merged: bool = False
    #: The value that it is the gradient by, and the layer whose lines write it.
    of: Value | None = None
    layer: str = ""
    array: Array | None = None

    @property
    def array_shape(self) -> Code:
        """The shape of its array, as the script writes it."""
        shape = self.whole_shape or batch_shape(self.shape)
        if self.rows == 1:
            return shape
        return Code(re.sub(r"\bn\b", f"n * {self.rows}", shape))

    @property
    def owner(self) -> Code:
        """The attribute that holds it."""
        assert self.array is not None, f"{self.name} has no array"
        return self.array.name

    @property
    def a(self) -> Code:
        """The value, as the script writes it."""
        assert self.array is not None, f"{self.name} has no array"
        return Code(f"{self.array.space}.{self.array.name}")


class Back(Enum):
    """What comes of the gradient by an output, on its way to one of the inputs."""

    #: Lines write it to an array of its own; ...
    OWN = "own"
    #: ... in the shape of the output, though the input was broadcast to that.
    WHOLE = "whole"
    #: Lines change it value by value, in its place where nobody needs it any more.
    OVER = "over"
    #: Lines add it to what there is.
    ONTO = "onto"
    #: It is the same, in the same shape or in another one.
    SAME = "same"
    VIEW = "view"


@dataclass(eq=False)
class Operation:
    """One group of lines forward, and one back.

    `build` makes the operands of its lines when all values have their arrays.
    """

    build: Callable[[Operation], Step]
    inputs: tuple[Value, ...]
    #: What it writes, in this order; its `output` is one of these, if it has any.
    writes: tuple[Value, ...] = ()
    output: Value | None = None
    #: For each input what comes back to it.
    back: tuple[Back, ...] = ()
    #: Inputs that the first value written may lie over, if nobody needs them any more.
    over: tuple[Value, ...] = ()
    #: The output has the signs of what it lies over: who needs these alone, still can.
    keeps_sign: bool = False
    #: The output is its input's memory in another shape.
    is_view: bool = False
    #: What its lines back read, beside the gradient by the output, ...
    looks: tuple[Value, ...] = ()
    #: ... and that of which they read nothing but the sign.
    looks_at_sign: tuple[Value, ...] = ()
    #: Its lines back write over the gradient by the output, and need it no more.
    spoils: bool = False
    #: Arrays for its lines back alone.
    scratch_back: tuple[Value, ...] = ()
    #: The attributes of the gradients by its weights, each by the name of the weight.
    gradients: Mapping[str, Code] = field(default_factory=dict)
    #: It has lines back whatever comes back to its output.
    always: bool = False
    #: The attribute of the layer that it belongs to.
    layer: Code = NONE

    #: The gradient by its output, None if none is needed or none comes back; ...
    dy: Value | None = None
    #: ... those by its inputs; and by weights that another use has a gradient by.
    dx: tuple[Value | None, ...] = ()
    more: dict[str, Value] = field(default_factory=dict)
    #: Whether a gradient that goes ONTO another one is the first.
    sets: bool = False
    built: Step | None = None

    def step(self) -> Step:
        """The operands of its lines, once all values have their arrays."""
        if self.built is None:
            self.built = replace(self.build(self), layer=self.layer)
        return self.built

    @property
    def x(self) -> Value:
        """Its input, or the first of them."""
        return self.inputs[0]

    @property
    def y(self) -> Value:
        """Its output."""
        assert self.output is not None
        return self.output

    @property
    def dw(self) -> dict[str, Code]:
        """The gradients by its weights, as its lines write them."""
        if self.dy is None:
            return {}
        return {
            name: self.more[name].a if name in self.more else Code(f"dw.{attribute}")
            for name, attribute in self.gradients.items()
        }

    @property
    def dy_code(self) -> Code | None:
        """The gradient by its output; where lines change it, that in which they do."""
        pairs = zip(self.back, self.dx, strict=False)
        changed = [dx for back, dx in pairs if back is Back.OVER and dx]
        return next((value.a for value in (*changed, self.dy) if value), None)

    @property
    def dx_code(self) -> Code | None:
        """The gradient by its input, as the script writes it."""
        return self.dx[0].a if self.dx and self.dx[0] else None

    @property
    def has_lines_back(self) -> bool:
        """Whether anything is to be done on the way back."""
        if self.dy and self.gradients:
            return True
        pairs = zip(self.back, self.dx, strict=False)
        return any(dx and back not in (Back.SAME, Back.VIEW) for back, dx in pairs)


@dataclass(eq=False)
class Event:
    """Lines of the script, and the values that they read and write."""

    reads: tuple[Value, ...]
    writes: tuple[Value, ...]
    looks_at_sign: tuple[Value, ...] = ()
    #: What the first value written may lie over, ...
    over: tuple[Value, ...] = ()
    #: ... or what the lines change in its place, which is copied if it is needed later.
    changes: Value | None = None
    keeps_sign: bool = False
    is_view: bool = False
    #: The lines; None for those that stand outside of the steps.
    step: Callable[[], Step] | None = None
    layer: Code = NONE

    @property
    def read(self) -> tuple[Value, ...]:
        """All that is read and not only looked at for its sign."""
        return (*self.reads, self.changes) if self.changes else self.reads


def gradient_of(value: Value, shape: Shape | None = None) -> Value:
    """A gradient of the loss by a value, or a part of it, which may have more cells."""
    shape = value.shape if shape is None else shape
    name, part, rows = value.name, value.part, value.rows
    return Value(shape, name, part, space="da", of=value, rows=rows)
