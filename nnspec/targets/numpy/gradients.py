"""The way back: gradients as values, each summed up in one place.

From the last operation to the first, each turns the gradient by its output into those
by its inputs and weights. The first one that comes to a value or a weight is its
gradient so far, and later ones are added to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from math import prod

from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import NONE, Back, Event, Operation, Value, gradient_of
from nnspec.targets.quote import Code, literal


def go_back(layout: Layout, seeds: Iterable[tuple[Value, Value]]) -> list[Event]:
    """The events of the way back, and in the operations what each is given there.

    The `seeds` are the gradients that the losses give, each with the value it is by.
    """
    gradients = _Gradients(layout)
    for value, gradient in seeds:
        gradients.give(value, gradient)
    for operation in reversed(layout.operations):
        gradients.go_through(operation)
    return gradients.events


@dataclass
class _Gradients:
    """The gradients so far, and the events that make them, in their order."""

    layout: Layout
    events: list[Event] = field(default_factory=list)
    sums: dict[Value, Value] = field(default_factory=dict)
    #: The weights that have a gradient, by their attributes.
    weights: set[Code] = field(default_factory=set)
    #: The layer whose lines come next.
    layer: Code = NONE

    def give(self, target: Value, part: Value) -> None:
        """One more gradient by a value: the first one is it, others are added."""
        if part.shape != target.shape:
            part = self._sum_of_axes(target, part)
        if before := self.sums.get(target):
            part = self._sum(target, before, part)
        self.sums[target] = part

    def _sum(self, target: Value, before: Value, part: Value) -> Value:
        total = gradient_of(target)
        step = partial(_sum_step, total, before, part)
        self._add((before, part), (total,), over=(before, part), step=step)
        return total

    def _sum_of_axes(self, target: Value, part: Value) -> Value:
        """What was broadcast is summed over the axes that it had not."""
        total = gradient_of(target)
        if prod(part.shape) == prod(target.shape):
            self._add((part,), (total,), is_view=True)
        else:
            self._add((part,), (total,), step=partial(_axes_step, total, part))
        return total

    def _add(self, *reads_and_writes: tuple[Value, ...], **more: object) -> None:
        reads, writes = reads_and_writes
        for value in writes:
            value.layer = self.layer
        event = Event(reads, writes, layer=self.layer, **more)  # type: ignore[arg-type]
        self.events.append(event)

    def go_through(self, op: Operation) -> None:
        """Turn the gradient by an operation's output into those by its inputs."""
        self.layer = op.layer
        op.dy = self.sums.get(op.output) if op.output else None
        if Back.ONTO in op.back:
            self._go_onto(op)
        elif op.dy:
            self._go_back(op, op.dy)
        elif op.always:
            self._add((), (), step=op.step)

    def _go_onto(self, op: Operation) -> None:
        """A gradient that is added to what has come so far, or is the first."""
        x = op.x
        if not x.derived:
            return
        before, total = self.sums.get(x), gradient_of(x)
        op.dx, op.sets = (total,), before is None
        self._add(op.looks, (total,), changes=before, step=op.step)
        self.sums[x] = total

    def _go_back(self, op: Operation, dy: Value) -> None:
        derived = [x for x in op.inputs if x.derived]
        changed: Value | None = None
        if op.spoils and derived:
            changed = op.dy = gradient_of(op.y)
        elif Back.OVER in op.back and derived:
            changed = gradient_of(derived[0], op.y.shape)
        op.dx = tuple(
            self._contribution(op, x, back, changed)
            for x, back in zip(op.inputs, op.back, strict=True)
        )
        more = self._by_weights(op)
        own = {Back.OWN, Back.WHOLE, Back.VIEW}
        pairs = zip(op.dx, op.back, strict=True)
        written = tuple(dx for dx, back in pairs if dx and back in own)
        if op.has_lines_back:
            self._add(
                (dy, *op.looks),
                (*filter(None, (changed,)), *written, *op.scratch_back, *more.values()),
                looks_at_sign=op.looks_at_sign,
                changes=dy if changed else None,
                step=op.step,
            )
        elif written:
            self._add((dy,), written, is_view=True)
        for dw, part in more.items():
            self._add((part,), (), step=partial(_weight_step, dw, part))
        for x, dx in zip(op.inputs, op.dx, strict=True):
            if dx:
                self.give(x, dx)

    def _contribution(
        self, op: Operation, x: Value, back: Back, changed: Value | None
    ) -> Value | None:
        if not x.derived:
            return None
        if back is Back.SAME:
            return op.dy
        if back is Back.OVER:
            return changed
        return gradient_of(x, op.y.shape if back is Back.WHOLE else None)

    def _by_weights(self, op: Operation) -> dict[Code, Value]:
        """The gradients by weights that have one already, to be added to it."""
        more: dict[Code, Value] = {}
        for name, attribute in op.gradients.items():
            if attribute in self.weights:
                shape = self.layout.shapes[attribute]
                whole = literal(shape)
                part = Value(shape, attribute, space="da", whole_shape=whole)
                op.more[name] = more[Code(f"dw.{attribute}")] = part
            self.weights.add(attribute)
        return more


def _sum_step(total: Value, before: Value, part: Value) -> Step:
    """`total += part`, or the like, where it lies over one of the two."""
    first, second = before, part
    if total.array is part.array:
        first, second = part, before
    in_place = total.array is first.array
    return Step(
        kind="gradients",
        template="sum",
        x=first.a,
        dx=total.a,
        dy=second.a,
        y=NONE,
        in_place=in_place,
        derivative=Code("sum"),
    )


def _axes_step(total: Value, part: Value) -> Step:
    """The sum over the axes along which a value was broadcast."""
    more = len(part.shape) - len(total.shape)
    shape = (1,) * more + total.shape
    pairs = zip(shape, part.shape, strict=True)
    axes = tuple(i for i, (n, size) in enumerate(pairs, 1) if n != size)
    out = f".reshape{batch_shape(shape, '-1')}" if more else ""
    return Step(
        kind="gradients",
        template="sum_of_axes",
        x=part.a,
        dx=Code(f"{total.a}{out}"),
        dy=part.a,
        y=NONE,
        facts={"axes": literal(axes)},
        derivative=Code("sum"),
    )


def _weight_step(dw: Code, part: Value) -> Step:
    """A layer that is used again adds to the gradient by its weights."""
    return Step(
        kind="gradients",
        template="sum",
        x=dw,
        dx=dw,
        dy=part.a,
        y=NONE,
        in_place=True,
        derivative=Code("sum"),
    )
