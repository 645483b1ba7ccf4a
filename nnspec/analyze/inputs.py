"""Inputs whose shape is left out where the data section settles it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.analyze.beside import with_words
from nnspec.analyze.by_facts.columns import find_column
from nnspec.analyze.by_facts.shapes import width_of
from nnspec.facts import Table
from nnspec.record import replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import Shape

#: The shapes of inputs that are written without, by their places; None if unknown.
Shapes = dict[Span, Shape | None]


def shapes_left_out(
    section: nodes.Network, data: ir.Data | None, *, data_unknown: bool
) -> Shapes:
    """What the data gives to each input that is written without its shape."""
    if data is None and not data_unknown:
        return {}
    found = [*_inputs(section.body)]
    return {
        layer.call.span: _shape(layer.label, data, several=len(found) > 1)
        for layer in found
        if not layer.call.arguments
    }


def with_shape(call: nodes.Call, shape: Shape) -> nodes.Call:
    """An `input` as it would be written with its shape."""
    sizes = (nodes.Number(call.span, size) for size in shape)
    arguments = tuple(nodes.Argument(call.span, None, size) for size in sizes)
    return replace(call, arguments=arguments)


def _inputs(body: nodes.Body) -> Iterator[nodes.Layer]:
    for statement in body:
        if isinstance(statement, nodes.Layer) and statement.call.name.text == "input":
            yield statement


def _shape(
    label: nodes.Name | None, data: ir.Data | None, *, several: bool
) -> Shape | None:
    """The shape of an input: that of all features, or of columns of its own."""
    if data is None or (several and label is None):
        return None
    given = data.by_name.get("features")
    if not several and given is None:
        return data.feature_shape
    own = given.get(label.text) if given and label else None
    columns = cast("tuple[str | int, ...] | None", own)
    if columns is None:
        return None
    if isinstance(data.facts, Table):
        known = (find_column(data.facts.columns, name) for name in columns)
        width = sum(width_of(column, data) for column in known if column)
        return data.sample_shape((width,))
    widens = any(cast(TransformEntry, use.entry).width for use in data.transforms)
    words = {w.column for w in data.words}
    if widens and not words >= {*columns}:
        return None
    shape = with_words((len(columns),), data.words, columns)
    return shape and data.sample_shape(shape)
