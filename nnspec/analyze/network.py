"""The network section: a graph of layers, bound to the table, shaped and counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.analyze.by_facts.request import lacking_file
from nnspec.analyze.by_facts.shapes import in_words
from nnspec.analyze.definitions import Group, warn_of_unused
from nnspec.analyze.formulas.definitions import places_of
from nnspec.analyze.frames import Building, Frame, TooManyLayers, begun
from nnspec.analyze.inputs import shapes_left_out
from nnspec.analyze.labels import Value
from nnspec.analyze.statements import add_statements
from nnspec.analyze.unused import verify_used
from nnspec.bind import Binder
from nnspec.diagnostics import Edit, Fix, Note
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import LayerEntry, Use

#: More layers than this are a slip of the pen.
_MOST_LAYERS = 10_000


def analyze_network(
    section: nodes.Network,
    data: ir.Data | None,
    binder: Binder,
    data_unknown: bool = False,
) -> ir.Network | None:
    """The calls in the order of computation, or None where errors were reported.

    `data_unknown` says that the data section is at fault, so that an input shape that
    it might have settled is not asked for.
    """
    told = len(binder.diagnostics.found)
    own = binder.library.own.get("layer", {})
    groups = [entry for entry in own.values() if isinstance(entry, Group)]
    shared = (group.name for group in groups if group.shared)
    building = Building(_MOST_LAYERS, frozenset(shared))
    frame = begun(building, binder, section.body)
    first = next(_layers(section.body), None)
    if first is None:
        _report_empty(section, binder)
        return None
    building.shapes = shapes_left_out(section, data, data_unknown=data_unknown)
    unknown = [span for span, shape in building.shapes.items() if shape is None]
    for place in () if data_unknown else unknown:
        _report_missing(data, place, binder, written=True)
    if not _is_input(first, binder):
        frame.before = _implied_input(frame, section, data, data_unknown)
    for statement in section.body:
        try:
            add_statements((statement,), frame)
        except TooManyLayers:
            _report_too_many(statement, binder)
            return None
    calls = tuple(building.calls.values())
    if calls and data is not None:
        _compare_input(calls, data, binder)
    if not building.sound or len(binder.diagnostics.found) > told:
        return None
    if all(not call.inputs for call in calls):
        _report_empty(section, binder)
        return None
    last = cast(Value, frame.before)  # of a block, its use bears the name
    outputs = building.outputs or {last.name.partition("/")[0]: last}
    verify_used(building, outputs.values())
    places = {group.name: group.place for group in groups}
    warn_of_unused(places, building.uses, binder.diagnostics)
    formulas = {n: e for n, e in own.items() if isinstance(e, LayerEntry) and e.body}
    used = [call.use.entry.name for call in calls]
    warn_of_unused(places_of(formulas), used, binder.diagnostics)
    return ir.Network(
        calls,
        outputs=tuple(value.name for value in outputs.values()),
        output_names=tuple(outputs),
        scopes=building.scopes,
    )


def _layers(body: nodes.Body) -> Iterator[nodes.Layer | nodes.Unread]:
    """The layers of a body in the order in which they stand."""
    for statement in body:
        if isinstance(statement, nodes.Repeat):
            yield from _layers(statement.body)
        else:
            yield statement


def _is_input(layer: nodes.Layer | nodes.Unread, binder: Binder) -> bool:
    """Whether it is the input, or may be it: nobody knows what could not be read."""
    if isinstance(layer, nodes.Unread):
        return True
    meant = binder.meant("layer", layer.call)
    if meant and not meant.call:
        return True
    return (meant.call if meant and meant.call else layer.call).name.text == "input"


def _report_empty(section: nodes.Network, binder: Binder) -> None:
    binder.diagnostics.error(
        "empty-network",
        "the network has no layers",
        section.keyword.span,
        help="a layer to start with: `dense(10, softmax)`",
    )


def _report_too_many(
    statement: nodes.Layer | nodes.Repeat | nodes.Unread, binder: Binder
) -> None:
    repeats = isinstance(statement, nodes.Repeat)
    place = statement.count if isinstance(statement, nodes.Repeat) else statement
    binder.diagnostics.error(
        "too-many-layers",
        f"the network has more than {_MOST_LAYERS:,} layers",
        place.span,
        help="repeat less often" if repeats else "use fewer layers",
    )


def _implied_input(
    frame: Frame, section: nodes.Network, data: ir.Data | None, data_unknown: bool
) -> Value:
    """The input that is not written because the data section settles its shape."""
    binder, span = frame.binder, section.keyword.span
    if data is not None and data.feature_shape is not None:
        entry = cast(LayerEntry, binder.find("layer", nodes.Name(span, "input")))
        shape = data.feature_shape
        call = ir.Call(
            name=frame.names.next("input_layer"),
            use=Use(entry, {"shape": shape}, span),
            inputs=(),
            input_shapes=(),
            output_shape=shape,
            weights=(),
            flops=0,
            span=span,
        )
        frame.building.add(call)
        return Value(call.name, shape, span)
    frame.building.sound = False
    if not data_unknown:
        _report_missing(data, span, binder)
    return Value("", None, span)


def _report_missing(
    data: ir.Data | None, span: Span, binder: Binder, *, written: bool = False
) -> None:
    """Nothing tells the shape of the input, which may be written without it."""
    file = lacking_file(data)
    start = "write its shape" if written else "begin the network with `input(...)`"
    own = "the shape of one sample, such as `input(28, 28)`"
    if data and data.source.arguments.get("on_disk"):
        own = (
            "the number of columns, such as `input(7)`; `nnspec summary` tells it "
            "where `csv` has `sample=10000`, too"
        )
    binder.diagnostics.error(
        "missing-input",
        f"{file} is not there to tell the shape of the network's input"
        if file
        else "the network needs the shape of its input",
        span,
        help=f"put the file there, or {start}, such as `input(7)` for seven columns"
        if file
        else f"{'write' if written else 'begin it with'} {own}",
        of_data=file is not None,
    )


def _compare_input(calls: tuple[ir.Call, ...], data: ir.Data, binder: Binder) -> None:
    """Compare the only input with what the data gives."""
    first, *others = (call for call in calls if not call.inputs)
    given, needed = first.output_shape, data.feature_shape
    if needed is None or given == needed or others:
        return
    text = f"input({', '.join(map(str, needed))})"
    parts = in_words(data)
    binder.diagnostics.error(
        "shape-mismatch",
        f"the network takes {given}, but the data gives {needed}"
        + (f": {parts}" if parts else ""),
        first.span,
        help=Fix(f"write `{text}`, or leave it out", Edit(first.use.span, text)),
        notes=[Note(data.span, f"gives {needed}")],
    )
