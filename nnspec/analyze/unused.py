"""Values that nothing takes."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec.analyze.frames import Building, Frame
from nnspec.analyze.labels import Value
from nnspec.diagnostics import Note
from nnspec.source import Span
from nnspec.syntax import nodes


def verify_used(building: Building, outputs: Iterable[Value]) -> None:
    """Report the values that no layer takes and that are no outputs."""
    used = building.taken | {value.name for value in outputs}
    followers = _followers(building)
    for value, statement, frame in building.made:
        if value.name not in used:
            _report(statement, frame, followers.get(value.name), building)


def _followers(building: Building) -> dict[str, nodes.Layer]:
    """The statement after each value in its body, which could have taken it."""
    found: dict[str, nodes.Layer] = {}
    later: dict[str, nodes.Layer] = {}  # of each use of a body, by its prefix
    for value, statement, frame in reversed(building.made):
        if frame.prefix in later:
            found[value.name] = later[frame.prefix]
        later[frame.prefix] = statement
    return found


def _report(
    statement: nodes.Layer,
    frame: Frame,
    follower: nodes.Layer | None,
    building: Building,
) -> None:
    label = statement.label
    name = f"`{label.text}`" if label else "this layer"
    help = f"take it with `from {label.text}`" if label else "label it and take it"
    notes = list[Note]()
    if follower and follower.inputs:
        start, end = follower.inputs[0].span, follower.inputs[-1].span
        names = ", ".join(f"`{name.text}`" for name in follower.inputs)
        notes = [Note(start.to(end), f"the layer after it takes {names}")]
    elif follower:
        notes = [Note(follower.call.span, "the layer after it takes others")]
    elif building.output_place:
        notes = [Note(building.output_place, "does not name it")]
        if label:
            help = f"name it in `output`, {help}"
    place: Span = label.span if label else statement.call.name.span
    frame.binder.diagnostics.error(
        "unused-value",
        f"no layer takes the value of {name}, and it is no output",
        place,
        help=f"{help}, or remove this layer",
        notes=notes,
    )
