"""What a layer takes: values by their labels, and the value before it."""

from __future__ import annotations

from math import inf
from typing import cast

from nnspec.analyze.definitions import Group
from nnspec.analyze.frames import Frame
from nnspec.analyze.labels import Value, all_labels_in
from nnspec.diagnostics import Edit, Fix, Note, did_you_mean
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import LayerEntry, Use
from nnspec.table.merges import VALUES

#: The name of what a block is given.
GIVEN = "input"


def operands(statement: nodes.Layer, use: Use, frame: Frame) -> list[Value] | None:
    """The values that a layer takes, or None where that is reported.

    Values of `from` stand before those in brackets. Without `from`, the value before
    comes first, unless there are several in brackets.
    """
    inside = cast("tuple[nodes.Name, ...]", use.arguments.get(VALUES, ()))
    names = (*statement.inputs, *inside)
    found = [find(name, frame) for name in names]
    least, most = cast(LayerEntry | Group, use.entry).takes
    if not statement.inputs and len(inside) < 2 and most:
        found = [frame.before, *found]
    values = [value for value in found if value is not None]
    frame.building.taken.update(value.name for value in values)
    if len(values) < len(found):
        return None
    if least <= len(values) <= most:
        return values
    _report_number(statement, use, len(values), frame)
    return None


def find(name: nodes.Name, frame: Frame) -> Value | None:
    """The value that a label stands for; None where there is none, reported."""
    if name.text == GIVEN and frame.given:
        return frame.given
    value = frame.labels.find(name.text)
    if value is None and not frame.building.unread:
        _report_unknown(name, frame)
    return value


def _report_unknown(name: nodes.Name, frame: Frame) -> None:
    text, notes = name.text, list[Note]()
    below = [label for label in all_labels_in(frame.body) if label.text == text]
    help: str | None
    if text in frame.labels.counted:
        end = frame.labels.counted[text]
        message = f"`{text}` is a name that is counted, and `from` takes labels"
        help = Fix(
            f"label that layer: `as {text}`", Edit(Span(end, end), f" as {text}")
        )
    elif below:
        stands = below[0].span.start > name.span.start
        if stands:
            message = f"`{text}` stands below, and a layer takes what stands above it"
            help = f"move this layer below that of `{text}`"
        else:
            message = f"`{text}` is seen within its `repeat` only"
            help = f"after the `repeat`, label its last value: `linear as {text}`"
        notes = [Note(below[0].span, "the label")]
    elif inner := _label_within(text, frame):
        group, label = inner
        message = f"`{text}` is seen within `{group.name}` only"
        help = (
            f"what `{group.name}` gives is its last value: label its use, and take it"
        )
        notes = [Note(label.span, "the label")]
    elif outer := _label_outside(text, frame):
        message = f"`{text}` is not seen here: a block takes one value, its `input`"
        help = (
            f"take `{text}` where the block is used, such as by `add({text})` after it"
        )
        notes = [Note(outer.span, "the label")]
    else:
        message = f"no layer before this one is called `{text}`"
        known = frame.labels.known()
        help = did_you_mean(text, known) or _unlabelled(text, known)
    frame.binder.diagnostics.error(
        "unknown-name", message, name.span, help=help, notes=notes
    )


def _label_within(text: str, frame: Frame) -> tuple[Group, nodes.Name] | None:
    """A block or group that has a label of this name, and the label."""
    entries = frame.binder.library["layer"].values()
    for group in (entry for entry in entries if isinstance(entry, Group)):
        for label in all_labels_in(group.body):
            if label.text == text:
                return group, label
    return None


def _label_outside(text: str, frame: Frame) -> nodes.Name | None:
    """The label of this name that stands where the block around is used."""
    labels = (layer.label for _, layer, _ in frame.building.made)
    return next((each for each in labels if each and each.text == text), None)


def _unlabelled(name: str, known: list[str]) -> str:
    if name == GIVEN:
        return "label the network's input, as in `input(4) as whole`, and take that"
    return f"name the one that is meant with `as {name}`"


def _report_number(statement: nodes.Layer, use: Use, count: int, frame: Frame) -> None:
    """A layer is given fewer values than it takes, or more."""
    name, (least, most) = use.entry.name, cast(LayerEntry | Group, use.entry).takes
    there = "is only one" if count == 1 else f"are {count}"
    names = statement.inputs or (statement.call,)
    place, help = names[0].span.to(names[-1].span), None
    if count < least:
        place, help = statement.call.name.span, _second(statement, frame)
    elif not most:
        help = "remove `from`: the data gives it what it has"
    elif VALUES in use.arguments:
        place = statement.call.span.to(place)
        help = f"take two of them at a time, as in `{name}(a, b)`"
    else:
        help = "merge them first, as in `add(a, b)` or `concatenate(a, b)`"
    frame.binder.diagnostics.error(
        "number-of-values",
        f"`{name}` takes {_number(least, most)}, and here there {there}",
        place,
        help=help,
    )


def _number(least: int, most: float) -> str:
    if not most:
        return "no value"
    words = {1: "one value", 2: "two values"}[least]
    if least == most:
        return words
    return words + (" or more" if most == inf else f" to {most}")


def _second(statement: nodes.Layer, frame: Frame) -> str:
    """How to name the value that a merge lacks."""
    name = statement.call.name.text
    known = [*frame.labels.known(), *((GIVEN,) if frame.given else ())]
    if known and not statement.call.arguments and not statement.inputs:
        text = f"{name}({known[-1]})"
        return Fix(
            f"name the other one, as in `{text}`", Edit(statement.call.span, text)
        )
    return "label the other one with `as`, and name it in brackets"
