"""What an entry of the table of operations is made of.

Each layer, activation, loss, ... is one entry. The analyzer, the summary, `nnspec
layers` and the language reference read the entries and know no operation by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from nnspec.formulas.expression import Computed, Expression
from nnspec.record import EMPTY, Record, replace
from nnspec.source import Span
from nnspec.table.kinds import Kind
from nnspec.table.receptive_field import Sight

Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]
#: What a layer's functions are given: a shape, or `Shapes` (see `Layer.takes`).
Given = Any
Arguments = Mapping[str, object]


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED = _Required()


class Argument(Record):
    """An argument of an operation.

    A `variadic` argument takes all positional values, or one tuple; its value is a
    tuple of what `kind` accepts. A `named` one is given by its name only. An activation
    that may stand `anywhere` needs no name, whatever comes before it. One that
    `needs` another has no effect unless that is given, and neither 0, false nor none.
    One without a default has an `example`, as a spec writes it. `aliases` are other
    names of it.
    """

    name: str
    kind: Kind
    default: object = REQUIRED
    doc: str = ""
    variadic: bool = False
    named: bool = False
    anywhere: bool = False
    needs: str | None = None
    example: str = ""
    aliases: tuple[str, ...] = ()


class DefaultUse(Record):
    """A default that is itself a use of an entry, such as an initializer."""

    category: str
    name: str
    arguments: Arguments = EMPTY


class Definition(Record):
    """A formula of a spec: its lines as they are written, and all that it means.

    The `meaning` is one text, with the constants and definitions that it goes by;
    `place` is that of its name.
    """

    lines: tuple[str, ...]
    meaning: str
    place: Span


class Entry(Record):
    """An operation: its name, what it is, and its arguments in positional order.

    `agree` raises `Misfit` for arguments that do not go together. What a spec defines
    itself has its `definition`.
    """

    name: str
    doc: str
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    agree: Callable[[Arguments], None] = lambda _: None
    definition: Definition | None = None


class Use(Record):
    """An entry as a spec uses it: every argument has its value, defaults included.

    `name` is the one of its names that was written.
    """

    entry: Entry
    arguments: Arguments
    span: Span
    spans: Mapping[str, Span] = EMPTY
    name: str = ""

    def span_of(self, argument: str) -> Span:
        """Where an argument was written, or the whole use if it was left out."""
        return self.spans.get(argument, self.span)


class Misfit(Exception):
    """A shape or a combination of arguments that an operation cannot take.

    `argument` is the one at fault, `other` the one that it does not go with. What is at
    fault elsewhere has its `span`.
    """

    def __init__(
        self,
        message: str,
        help: str | None = None,
        *,
        code: str = "shape-mismatch",
        argument: str | None = None,
        other: str | None = None,
        span: Span | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code
        self.argument = argument
        self.other = other
        self.span = span


class Weight(Record):
    """A weight of a layer, its shape, and the argument that names its initializer.

    Where no argument does, `initializer` is the one that there is. The arguments for
    its regularizer and its constraint, if the layer has them, are called like that one:
    `kernel_initializer`, `kernel_regularizer`; else it has those given here. One that
    is not `trainable` has no gradient: the layer itself changes it, or nobody.
    """

    name: str
    shape: Shape
    initializer: str | DefaultUse | Use
    trainable: bool = True
    regularizer: Use | None = None
    constraint: Use | None = None
    #: From where to where along the last axis it begins at 1, whatever the initializer.
    ones: tuple[int, int] | None = None
    #: How many values go into each unit and come of each, where its shape alone does
    #: not tell: a kernel of heads has axes that count together.
    fans: tuple[int, int] | None = None

    @property
    def stem(self) -> str:
        """What the names of its arguments begin with."""
        if isinstance(self.initializer, str):
            return self.initializer.removesuffix("_initializer")
        return self.name


class RegularizerEntry(Entry):
    """A penalty of x: `factors` are those of sum(|x|), `l1`, and of sum(x²), `l2`."""

    factors: Callable[[Arguments], Mapping[str, float]] = lambda _: {}


class ConstraintEntry(Entry):
    """What a weight is brought back to after each update.

    `verify` takes the name and the shape of a weight, and raises `Misfit` if it cannot
    be constrained so.
    """

    verify: Callable[[str, Shape, Arguments], None] = lambda *_: None


def _activity_factors(arguments: Arguments) -> Mapping[str, float]:
    use = arguments.get("activity_regularizer")
    if isinstance(use, Use) and isinstance(use.entry, RegularizerEntry):
        return use.entry.factors(use.arguments)
    return {}


class LayerEntry(Entry):
    """A layer. Shapes are per sample, without the batch axis.

    `shape` gives the output shape for an input shape, or raises `Misfit`; `weights`
    lists the weights in Keras's order; `flops` counts one sample's forward pass, a
    multiplication and an addition being two. `step` is the kind of step that the plan
    makes of it (nnspec/targets/numpy/steps); a `view` is its input's memory in another
    shape.
    `keeps_values` says that, but for training, its output holds those of its input;
    `keeps_sign` that also then it has their sign, or nothing flows back. A layer that
    `draws` random numbers while training says what they are, and `drawn` their shape,
    the batch axis first: None for one that is as it is, and for all of them. `by_batch`
    says that then it goes by the statistics of the batch. `keeps` names what it keeps
    of a batch for its derivative: its `output`, or an array of its own.
    `facts` are what else its template needs, worked out of its arguments, and `short`
    is what its output is called in a script where its name is long. `template` is that
    of several layers, where it is not called as the layer.
    `derivative_flops` counts those of the derivatives by its weights and by its input;
    without it a layer is taken to multiply by what costs as much as it does forward.
    `activation` is the one that a layer is by itself. `sparse` says that it can take
    samples that are mostly 0 as lists of what is not. `penalty` gives the factors of a
    penalty of its output, as those of a regularizer. Threads share the batches of a
    network that has a layer that `shares`. `sees` tells what a cell of the output sees
    of the input, along each axis but the last, for a layer that does not work on each
    cell by itself (an empty tuple); None says that it may see all of them.
    """

    #: How many values it takes, the least and the most: (2, inf) of `add`. Where that
    #: is one, its functions are given the shape of it, else the shapes of all, and
    #: `derivative_flops` gives a count for each.
    takes: tuple[int, float] = (1, 1)
    shape: Callable[[Given, Arguments], Shape] = lambda x, _: x
    weights: Callable[[Given, Arguments], tuple[Weight, ...]] = lambda *_: ()
    flops: Callable[[Given, Shape, Arguments], int] = lambda *_: 0
    step: str = "own"
    keeps_values: bool = False
    #: Whether what comes out is between the least and the largest of what it takes.
    stays_within: bool = False
    keeps_sign: bool = False
    draws: str | None = None
    drawn: Callable[[Shape, Arguments], object] = lambda _, a: a.get("noise_shape")
    by_batch: bool = False
    keeps: str | None = None
    facts: Callable[[Shape, Arguments], Mapping[str, object]] = lambda *_: {}
    short: str | None = None
    template: str | None = None
    activation: ActivationEntry | None = None
    #: What one of a spec's own computes of values of these shapes.
    body: Callable[[Shapes, Arguments], Computed] | None = None
    sparse: bool = False
    shares: bool = False
    sees: Callable[[Given, Arguments], tuple[Sight, ...] | None] = lambda *_: ()
    derivative_flops: Callable[[Given, Shape, Arguments], tuple[int, Any]] | None = None
    penalty: Callable[[Arguments], Mapping[str, float]] = _activity_factors
    #: How many ids there are, of a layer that takes ids: whole numbers from 0. None of
    #: one that is around a layer which takes none.
    ids: Callable[[Arguments], int | None] | None = None
    #: What becomes of a mask of the steps that comes with its input: it `drops`, or
    #: `passes` it on, or `uses` it and gives none, or `carries` it on beside. One that
    #: `makes` a mask needs none. A merge `passes` it on where all its inputs have it,
    #: one that `joins` also where some have none. One that `attends` uses those of all
    #: that it takes, and passes on that of the first. One that `refuses` takes none.
    mask: Callable[[Arguments], str] = lambda _: "drops"
    #: It goes from step to step; its activations act within it, not on what comes out.
    recurrent: bool = False
    #: How it goes over a sequence one step at a time, where it does not see each step
    #: by itself: by a `state` that it keeps, or by the `place` of a step, of which a
    #: sample has all that there are. None of one that needs all steps at once.
    stepwise: Callable[[Arguments], str | None] = lambda _: None
    #: It is around a layer that it calls with all steps as samples, one axis less.
    for_each: bool = False
    #: How often a vector is multiplied by its kernel, and back, to find the kernel's
    #: largest singular value, by which each batch divides it; 0 of one that does not.
    power_iterations: Callable[[Arguments], int] = lambda _: 0

    def given(self, shapes: Shapes) -> Given:
        """What its functions take for values of these shapes."""
        return shapes[0] if self.takes == (1, 1) else shapes

    def count_derivative(
        self, shape: Shape, output: Shape, arguments: Arguments
    ) -> tuple[int, int]:
        """The FLOPs of one sample's derivatives by its weights and by its input."""
        by_weights, by_values = self.count_derivatives((shape,), output, arguments)
        return by_weights, sum(by_values)

    def count_derivatives(
        self, shapes: Shapes, output: Shape, arguments: Arguments
    ) -> tuple[int, tuple[int, ...]]:
        """The FLOPs of one sample's derivatives by its weights and by each value."""
        if self.derivative_flops is None:
            by_each = self.flops(self.given(shapes), output, arguments)
            return 0, (by_each,) * len(shapes)
        given = self.given(shapes)
        by_weights, by_values = self.derivative_flops(given, output, arguments)
        return by_weights, by_values if self.takes != (1, 1) else (by_values,)


class ActivationEntry(Entry):
    """An activation; also usable as a layer of its own.

    `layer_arguments` are those of the layer where Keras has others there. `flops`
    counts one element's forward pass. `verify` raises `Misfit` if a use of it cannot
    take a shape.

    `needs` names what the derivative is computed from: the "input", the "output" or
    nothing but its "sign", which a dropout leaves as it is, and the "gate", a factor of
    the input that the forward pass keeps. `files` are the plain files that its template
    calls.

    `limits` are the least and the largest that can come out. `normalizes` says that the
    values along the argument `axis` depend on each other: they, or their exponentials,
    add up to 1. `logits` names another activation that makes the same of its output
    as of its input. `build` computes one of a spec's own.
    """

    layer_arguments: tuple[Argument, ...] | None = None
    flops: int = 1
    verify: Callable[[Shape, Use], object] = lambda *_: None
    needs: Callable[[Arguments], frozenset[str]] = lambda _: frozenset({"output"})
    build: Callable[[Expression, Arguments], Computed] | None = None
    files: Callable[[Arguments], tuple[str, ...]] = lambda _: ()
    limits: Callable[[Arguments], tuple[float, float]] = lambda _: (-inf, inf)
    normalizes: bool = False
    logits: str | None = None


def activation_of(use: Use) -> Use | None:
    """The activation that a layer ends in: that of an argument, or the layer itself.

    One around a layer for each step ends in that of the layer, whose axes are counted
    without the steps.
    """
    if isinstance(use.entry, LayerEntry) and use.entry.recurrent:
        return None
    if isinstance(wrapped := use.arguments.get("layer"), Use):
        within = activation_of(wrapped)
        for_each = isinstance(use.entry, LayerEntry) and use.entry.for_each
        return _with_steps(within) if within and for_each else within
    inner = use.arguments.get("activation")
    if isinstance(inner, Use):
        return inner
    itself = use.entry.activation if isinstance(use.entry, LayerEntry) else None
    return replace(use, entry=itself) if itself else None


def _with_steps(activation: Use) -> Use:
    """An activation of values that have one axis more, the first one."""
    axis = activation.arguments.get("axis")
    if not isinstance(axis, int) or axis < 1:
        return activation
    return replace(activation, arguments={**activation.arguments, "axis": axis + 1})


class InitializerEntry(Entry):
    """An initializer; `scaling` gives the scale, mode and distribution of a scaling."""

    scaling: Callable[[Arguments], tuple[float, str, str]] | None = None
