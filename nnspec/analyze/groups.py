"""Uses of blocks and shared groups: the frame in which their layers are added."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from nnspec import ir
from nnspec.analyze.definitions import Group, Unwritten
from nnspec.analyze.frames import FirstUse, Frame, names_in
from nnspec.analyze.labels import Value
from nnspec.bind import Binder
from nnspec.closed import closed
from nnspec.diagnostics import Note
from nnspec.record import replace
from nnspec.syntax import nodes
from nnspec.table.common import TRAINABLE
from nnspec.table.entry import Use
from nnspec.table.kinds import AlreadyReported
from nnspec.table.merges import OutputEntry
from nnspec.values import Resolved, Scope


def entered(use: Use, name: str, given: Value, frame: Frame) -> Frame | None:
    """The frame of a use called `name`; None where the use is at fault, reported."""
    group, binder = cast(Group, use.entry), frame.binder
    trainable = frame.trainable and use.arguments["trainable"] is not False
    place = use.span
    first = frame.building.uses.setdefault(
        group.name, FirstUse(given.shape, place, trainable)
    )
    if group.shared and not _agree(group, first, given, trainable, use, frame):
        return None
    path = f"{frame.prefix}{name}"
    frame.building.scopes[path] = ir.Scope(group.name, group.shared, place)
    scope = _scope(group, use, binder.scope)
    weights = f"{group.name}/" if group.shared else f"{frame.weights}{name}/"
    return Frame(
        building=frame.building,
        binder=replace(binder, scope=scope),
        names=names_in(group.body, frame.building),
        body=group.body,
        before=given,
        given=given,
        prefix=f"{path}/",
        weights=weights,
        scope=(*frame.scope, name),
        trace=(*frame.trace, place),
        trainable=trainable,
    )


def _scope(group: Group, use: Use, outer: Scope) -> Scope:
    """The scope of a use: its parameters, and the `let`s of the spec.

    A default sees the parameters before it.
    """
    bound: dict[str, Resolved | None] = {}
    for parameter in group.parameters:
        name = parameter.name.text
        value = use.arguments[name]
        if isinstance(value, Unwritten):
            scope = outer.within(bound)
            found = scope.resolve(value.value)
            bound[name] = closed(found, scope) if found else None
        else:
            bound[name] = closed(cast(Resolved, value), outer)
    return outer.within(bound)


def _agree(
    group: Group,
    first: FirstUse,
    given: Value,
    trainable: bool,
    use: Use,
    frame: Frame,
) -> bool:
    """Whether a use of a shared group is as the first one was; reported if not."""
    error = frame.binder.diagnostics.error
    notes = [Note(first.span, "the first use")]
    if given.shape != first.shape:
        error(
            "shape-mismatch",
            f"`{group.name}` takes {given.shape} here, and {first.shape} where it is "
            "used first: its weights are the same",
            use.span,
            help="give it values of one shape, or make it a `block`, each use of which "
            "has weights of its own",
            notes=[*notes, Note(given.span, f"its output is {given.shape}")],
        )
        return False
    if trainable != first.trainable:
        error(
            "argument-conflict",
            f"here `{group.name}` is {'' if trainable else 'not '}trainable, and at "
            f"its first use it is{'' if first.trainable else ' not'}: its weights are "
            "the same",
            use.span_of("trainable"),
            help="write `trainable=false` at each use, or at none",
            notes=notes,
        )
        return False
    return True


@contextmanager
def told_of(use: Use, binder: Binder) -> Iterator[None]:
    """What is found in a group meanwhile is told with the place of its use."""
    diagnostics, group = binder.diagnostics, cast(Group, use.entry)
    outer = diagnostics.trace
    note = Note(use.span, f"`{group.name}` is used here")
    diagnostics.trace = (note, *outer)
    diagnostics.uses.setdefault(group.whole, diagnostics.trace)
    try:
        yield
    finally:
        diagnostics.trace = outer


def without_trainable(call: nodes.Call, binder: Binder) -> nodes.Call:
    """The call without `trainable`, where a layer has no weights for it to be about.

    Every use takes it, as in Keras: all layers that are in question can have it.
    """
    entry = binder.library["layer"].get(call.name.text)
    named = [a for a in call.arguments if a.name and a.name.text == TRAINABLE.name]
    taken = entry is None or any(a.name == TRAINABLE.name for a in entry.arguments)
    if taken or len(named) != 1 or isinstance(entry, OutputEntry):
        return call
    value = binder.scope.resolve(named[0].value)
    what = f"`{TRAINABLE.name}` of `{call.name.text}`"
    with suppress(AlreadyReported):
        if value is not None:
            binder.read(TRAINABLE.kind, value, what)
    others = tuple(a for a in call.arguments if a is not named[0])
    return replace(call, arguments=others)


def frozen(use: Use, frame: Frame) -> Use:
    """A use that is not trained where a use around it is not."""
    if frame.trainable or "trainable" not in use.arguments:
        return use
    return replace(use, arguments={**use.arguments, "trainable": False})


def is_in_block(statement: nodes.Layer, frame: Frame) -> bool:
    """Whether a statement of the network stands in a block, where it cannot; reported.

    `input` in a block is no layer, and outputs are those of the network.
    """
    name = statement.call.name
    if frame.given is None or name.text not in ("input", "output"):
        return False
    frame.binder.diagnostics.error(
        "not-in-block",
        "`input` in a block is the value that it takes, and no layer"
        if name.text == "input"
        else "the network names its outputs, and a block gives its last value",
        name.span,
        help="take it by its name: `from input`, or `add(input)`"
        if name.text == "input"
        else "remove `output` here",
    )
    return True
