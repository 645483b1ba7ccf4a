"""A network: calls of layers, the values that they give, and weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import prod
from typing import cast

from nnspec.record import EMPTY, Record
from nnspec.source import Span
from nnspec.table.entry import LayerEntry, Shape, Use


class Weight(Record):
    """An array of parameters, under Keras's name for it: `dense_1/kernel`.

    One that is not `trainable` has no gradient.
    """

    name: str
    shape: Shape
    initializer: Use
    regularizer: Use | None
    constraint: Use | None
    trainable: bool
    #: From where to where along the last axis it begins at 1, whatever the initializer.
    ones: tuple[int, int] | None = None
    #: How many values go into each unit and come of each, if the shape does not tell.
    fans: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """How many parameters it holds."""
        return prod(self.shape)


class Call(Record):
    """One application of a layer: what it takes, and what comes of it.

    Its value is called as itself. Calls that share weights have the same ones.
    """

    #: `dense_1`; `residual_1/conv2d` in the second use of a block.
    name: str
    use: Use
    #: The values that it takes, by name; none for an input of the network.
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    weights: tuple[Weight, ...]
    flops: int
    span: Span
    #: The blocks and groups that it stands in, the outermost first: `residual_1`.
    scope: tuple[str, ...] = ()
    #: Where these are used, the outermost first.
    trace: tuple[Span, ...] = ()

    @property
    def input_shape(self) -> Shape:
        """The shape of what it takes, for a layer of one input; () for an input."""
        return self.input_shapes[0] if self.input_shapes else ()

    @property
    def parameters(self) -> int:
        """How many parameters its weights hold together."""
        return sum(weight.size for weight in self.weights)

    @property
    def trainable_parameters(self) -> int:
        """How many of them training changes by their gradients."""
        return sum(weight.size for weight in self.weights if weight.trainable)

    @property
    def ids(self) -> int | None:
        """How many ids there are, of a layer that looks up ids."""
        entry = cast(LayerEntry, self.use.entry)
        return entry.ids(self.use.arguments) if entry.ids else None

    @property
    def mask(self) -> str:
        """What becomes of a mask that comes with its input."""
        kind = cast(LayerEntry, self.use.entry).mask(self.use.arguments)
        return "passes" if kind == "drops" and self.is_identity else kind

    @property
    def is_identity(self) -> bool:
        """Whether its output is its input."""
        view = cast(LayerEntry, self.use.entry).step == "view"
        return view and self.output_shape == self.input_shape


class Scope(Record):
    """One use of a block, or of a `shared` group: the name of its definition."""

    name: str
    shared: bool
    span: Span


class Network(Record):
    """The calls of a network, each after those whose values it takes."""

    calls: tuple[Call, ...]
    outputs: tuple[str, ...]
    #: What the outputs are called: by their labels, or as the last statement is.
    output_names: tuple[str, ...] = ()
    #: The uses of blocks by the names of their calls: `residual_1/inner`.
    scopes: Mapping[str, Scope] = EMPTY

    @cached_property
    def by_name(self) -> dict[str, Call]:
        """Each call by its name, which is that of its value."""
        return {call.name: call for call in self.calls}

    @cached_property
    def users(self) -> dict[str, tuple[Call, ...]]:
        """The calls that take each value, once for each time that they do."""
        found: dict[str, list[Call]] = {call.name: [] for call in self.calls}
        for call in self.calls:
            for name in call.inputs:
                found[name].append(call)
        return {name: tuple(calls) for name, calls in found.items()}

    @cached_property
    def inputs(self) -> tuple[Call, ...]:
        """The inputs, in their order."""
        return tuple(call for call in self.calls if not call.inputs)

    @cached_property
    def last(self) -> tuple[Call, ...]:
        """The calls that give the outputs, in the order of these."""
        return tuple(self.by_name[name] for name in self.outputs)

    @cached_property
    def masks(self) -> dict[str, str]:
        """The values whose steps have a mask, and the call that makes it."""
        found: dict[str, str] = {}
        for call in self.calls:
            given = [found.get(name) for name in call.inputs]
            kind = call.mask
            if kind == "makes":
                found[call.name] = call.name
            elif kind == "joins":
                given = [mask for mask in given if mask]
            elif kind == "attends":
                given = given[:1]
            one = given[0] if len({*given}) == 1 else None
            if kind in ("passes", "carries", "joins", "attends") and one:
                found[call.name] = one
        return found

    @cached_property
    def ids(self) -> dict[str, int]:
        """The values that hold ids, and how many ids there are.

        A layer takes them as such, or a view of them in another shape.
        """
        found: dict[str, int] = {}
        for call in reversed(self.calls):
            entry = cast(LayerEntry, call.use.entry)
            counts = [found[call.name]] if call.name in found else []
            if call.ids:
                counts = [call.ids]
            elif call.name in found and entry.step != "view":
                continue
            for name in call.inputs:
                for n in counts:
                    found[name] = min(n, found.get(name, n))
        return found

    @cached_property
    def weights(self) -> tuple[Weight, ...]:
        """All weights in the order of their calls, the trainable ones first."""
        weights = {w.name: w for call in self.calls for w in call.weights}
        return tuple(sorted(weights.values(), key=lambda weight: not weight.trainable))

    @property
    def parameters(self) -> int:
        """How many parameters there are."""
        return sum(weight.size for weight in self.weights)

    @property
    def trainable_parameters(self) -> int:
        """How many of them training changes by their gradients."""
        return sum(weight.size for weight in self.weights if weight.trainable)
