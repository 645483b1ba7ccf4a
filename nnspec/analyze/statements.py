"""The statements of a body, one after another: layers, rounds, outputs."""

from __future__ import annotations

from typing import cast

from nnspec.analyze.calls import Place, call_of
from nnspec.analyze.definitions import Group
from nnspec.analyze.foreign import unfolded
from nnspec.analyze.frames import TAKEN, Frame
from nnspec.analyze.groups import (
    entered,
    frozen,
    is_in_block,
    told_of,
    without_trainable,
)
from nnspec.analyze.inputs import with_shape
from nnspec.analyze.labels import Value
from nnspec.analyze.operands import GIVEN, find, operands
from nnspec.bind import Binder
from nnspec.diagnostics import Note
from nnspec.record import replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import Use
from nnspec.table.kinds import AlreadyReported, Integer
from nnspec.table.merges import VALUES, OutputEntry


def add_statements(body: nodes.Body, frame: Frame) -> None:
    """Add the calls of a body's statements; raises `TooManyLayers`."""
    for statement in unfolded(body, frame.binder):
        if isinstance(statement, nodes.Repeat):
            _add_rounds(statement, frame)
            continue
        frame.building.count()
        if isinstance(statement, nodes.Unread):
            frame.building.unread, frame.building.sound = True, False
            frame.before = Value("", None, statement.span)
        else:
            _add(statement, frame)


def _add_rounds(statement: nodes.Repeat, frame: Frame) -> None:
    count = repeat_count(statement, frame.binder)
    body = tuple(filter(_holds_layers, statement.body))
    for _ in range(count if body else 0):
        inner = frame.round()
        add_statements(body, inner)
        frame.before = inner.before


def _holds_layers(statement: nodes.Layer | nodes.Repeat | nodes.Unread) -> bool:
    """Whether there is anything to repeat; else no limit of layers would end it."""
    if not isinstance(statement, nodes.Repeat):
        return True
    return any(map(_holds_layers, statement.body))


def repeat_count(repeat: nodes.Repeat, binder: Binder) -> int:
    """How many rounds there are; 1 where it is reported that this is no number."""
    value = binder.scope.resolve(repeat.count)
    try:
        kind = Integer(1)
        return cast(int, binder.read(kind, value, "`repeat`")) if value else 1
    except AlreadyReported:
        return 1


def _add(statement: nodes.Layer, frame: Frame) -> None:
    """Add one layer, or those of a block, or name the outputs."""
    if is_in_block(statement, frame):
        frame.building.sound = False
        return
    call, shapes = statement.call, frame.building.shapes
    if call.span in shapes:
        shape = shapes[call.span]
        if shape is None:
            _skip(statement, frame)
            return
        call = with_shape(call, shape)
    call = without_trainable(call, frame.binder)
    use = frame.binder.call("layer", call)
    if use and isinstance(use.entry, OutputEntry):
        _set_outputs(statement, use, frame)
        return
    name = _named(statement, frame)
    value = _value(statement, use, name, frame)
    frame.building.sound &= value.shape is not None
    if statement.label:
        frame.labels.values.setdefault(statement.label.text, value)
    frame.building.made.append((value, statement, frame))
    frame.before = value


def _skip(statement: nodes.Layer, frame: Frame) -> None:
    """Leave out an input whose shape nobody knows, which is told elsewhere."""
    frame.building.sound = False
    frame.before = Value("", None, statement.call.name.span)
    if statement.label and _claim(statement.label, frame):
        frame.labels.values.setdefault(statement.label.text, frame.before)


def _value(
    statement: nodes.Layer, use: Use | None, name: str | None, frame: Frame
) -> Value:
    """What comes of a layer, without a shape where something is at fault."""
    span = statement.call.name.span
    unknown = Value("", None, span)
    values = operands(statement, use, frame) if use else None
    if use is None or values is None or name is None:
        return unknown
    if any(value.shape is None for value in values):
        return unknown
    if isinstance(use.entry, Group):
        return _of_group(use, name, values[0], frame) or unknown
    if VALUES in use.arguments:  # they are the call's inputs now
        spans = {name: span for name, span in use.spans.items() if name != VALUES}
        use = replace(use, arguments={**use.arguments, VALUES: ()}, spans=spans)
    use, full = frozen(use, frame), frame.prefix + name
    place = Place(full, frame.weights + name, span, frame.scope, frame.trace)
    call = call_of(use, place, values, frame.binder.diagnostics)
    if call is None:
        return unknown
    frame.building.add(call)
    return Value(call.name, call.output_shape, span)


def _of_group(use: Use, name: str, given: Value, frame: Frame) -> Value | None:
    """The last value of a block's use, or None where something in it is at fault."""
    inner = entered(use, name, given, frame)
    if inner is None:
        return None
    made = frame.building.made
    with told_of(use, frame.binder):
        add_statements(cast(Group, use.entry).body, inner)
    last = inner.before
    if last is None or last.shape is None:
        return None
    made.pop()  # its last value is that of the use
    return replace(last, span=use.span)


def _named(statement: nodes.Layer, frame: Frame) -> str | None:
    """The layer's label, or its counted name; None where it cannot have it."""
    kind, label = statement.call.name.text, statement.label
    stem = "input_layer" if kind == "input" else kind
    if label is None:
        name = frame.names.next(stem, own=stem in frame.building.shared)
        frame.labels.counted[name] = statement.call.span.end
        return name
    if not _claim(label, frame):
        return None
    return frame.names.next(label.text) if frame.repeated else label.text


def _claim(label: nodes.Name, frame: Frame) -> bool:
    """Whether a label is still free; then it is taken."""
    name, place = label.text, label.span
    why = None
    if name in TAKEN:
        why = "`weights.npz` keeps what is learnt of the data under that name"
    elif name in frame.building.shared:
        why = "the weights of the shared group bear that name"
    elif name == GIVEN and frame.given:
        why = "in a block, it is the value that the block takes"
    if why:
        frame.binder.diagnostics.error(
            "name-taken",
            f"no layer is called `{name}`: {why}",
            place,
            help="give it another name with `as`",
        )
        return False
    if first := frame.labels.place_of(name):
        frame.binder.diagnostics.error(
            "doubled-name",
            f"two layers are called `{name}`",
            place,
            help="give one of them another name with `as`",
            notes=[Note(first, "the first one")],
        )
        return False
    frame.labels.places[name] = place
    return True


def _set_outputs(statement: nodes.Layer, use: Use, frame: Frame) -> None:
    """Take the values that `output` names as the outputs of the network."""
    building, place = frame.building, statement.call.name.span
    if building.output_place:
        _report_second(place, building.output_place, frame)
        return
    building.output_place = place
    names = cast("tuple[nodes.Name, ...]", use.arguments[VALUES])
    first: dict[str, Span] = {}
    for name in names:
        if name.text in first:
            _report_doubled(name, first[name.text], frame)
        first.setdefault(name.text, name.span)
        if value := find(name, frame):
            building.outputs[name.text] = value
    building.sound &= len(building.outputs) == len(names)


def _report_second(place: Span, first: Span, frame: Frame) -> None:
    frame.binder.diagnostics.error(
        "doubled-section",
        "there is more than one `output`",
        place,
        help="name all outputs in one of them",
        notes=[Note(first, "the first one")],
    )


def _report_doubled(name: nodes.Name, first: Span, frame: Frame) -> None:
    frame.binder.diagnostics.error(
        "doubled-name",
        f"`{name.text}` is an output already",
        name.span,
        help="remove one of the two",
        notes=[Note(first, "named here")],
    )
