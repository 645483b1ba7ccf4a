"""The summary for people: tables as wide as a terminal, or in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from nnspec.paragraphs import wrapped
from nnspec.record import Record
from nnspec.summary.counts import LayerSummary, Summary

_LEFT, _RIGHT = "<", ">"
_END = 4  # letters of a name, or "on_1"
_LEAST = 12  # what is left of a name; with less room, a table becomes a list


class _Table(Record):
    """Rows below a header; `names` are the columns that are cut where room is short.

    The last column is left out before that, if it is `spare`.
    """

    header: tuple[str, ...]
    align: tuple[str, ...]
    names: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    spare: bool = False


def text(summary: Summary, *, boxes: bool = True, width: int | None = None) -> str:
    """Tables and totals in so many columns, or in as many as they need.

    They are in ASCII unless `boxes` may be drawn.
    """
    tables = [
        line for table in _tables(summary) for line in _drawn(table, boxes, width)
    ]
    name = "".join(c if c.isprintable() else "?" for c in summary.model)
    title = _cut(f"Model: {name}", width or len(name) + 7, _dots(boxes))
    totals = [f"{label}: {value}" for label, value in _totals(summary)]
    if width:
        totals = [x for line in totals for x in wrapped(line, width, others="    ")]
    return "\n".join([title, *tables, *totals]) + "\n"


def markdown(summary: Summary) -> str:
    """The tables and the totals in Markdown."""
    tables = list[str]()
    for table in _tables(summary):
        rules = tuple(":--" if align == _LEFT else "--:" for align in table.align)
        rows = (table.header, rules, *table.rows)
        tables += [*(f"| {' | '.join(row)} |" for row in rows), ""]
    totals = [
        f"{'  ' * label.startswith(' ')}- {label.strip()}: {value}"
        for label, value in _totals(summary)
    ]
    name = "".join(c if c.isprintable() and c != "`" else "?" for c in summary.model)
    return "\n".join([f"## `{name}`", "", *tables, *totals]) + "\n"


def _tables(summary: Summary) -> Iterator[_Table]:
    """The layers; and what they see, where windows move over anything."""
    layers = summary.layers
    yield _Table(
        ("Layer (type)", "Output Shape", "Param #", "FLOPs", "Connected to"),
        (_LEFT, _LEFT, _RIGHT, _RIGHT, _LEFT),
        (0, 4),
        tuple(map(_row, layers)),
        # In a chain, each layer is connected to the one above.
        all(b.inputs == (a.name,) for a, b in pairwise(layers)),
    )
    if any(layer.receptive_field for layer in layers):
        yield _Table(
            ("Layer", "Activations", "Receptive field"),
            (_LEFT, _RIGHT, _LEFT),
            (0,),
            tuple(map(_seen, layers)),
        )


def _drawn(table: _Table, boxes: bool, width: int | None) -> Iterator[str]:
    """The lines of a table, or of a list where there is no room for a table."""
    widths = _widths(table)
    if width and table.spare and _total(widths) > width:
        table = _without_last(table)
        widths = _widths(table)
    if width and not _fit(table, widths, width):
        yield from _listed(table, width, _dots(boxes))
        return
    (v, h), corners = ("│─", "┌┬┐├┼┤└┴┘") if boxes else ("|-", "+++++++++")

    def rule(left: str, middle: str, right: str) -> str:
        return left + middle.join(h * (width + 2) for width in widths) + right

    def line(row: tuple[str, ...]) -> str:
        cells = (
            f" {_cut(cell, width, _dots(boxes)):{align}{width}} "
            for cell, width, align in zip(row, widths, table.align, strict=True)
        )
        return v + v.join(cells) + v

    yield rule(*corners[:3])
    yield line(table.header)
    yield rule(*corners[3:6])
    yield from map(line, table.rows)
    yield rule(*corners[6:])


def _listed(table: _Table, width: int, dots: str) -> Iterator[str]:
    """Each row as its name, and below it the other columns by their names."""
    titles = table.header[1:]
    longest = max(map(len, titles))
    for name, *cells in table.rows:
        yield _cut(name, width, dots)
        for title, cell in zip(titles, cells, strict=True):
            start = f"  {title:{longest}}  "
            yield from wrapped(cell, width, start, " " * len(start))


def _without_last(table: _Table) -> _Table:
    rows = tuple(row[:-1] for row in table.rows)
    names = table.names[:-1]
    return _Table(table.header[:-1], table.align[:-1], names, rows)


def _dots(boxes: bool) -> str:
    return "…" if boxes else "..."


def _row(layer: LayerSummary) -> tuple[str, ...]:
    sizes = ", ".join(map(str, layer.output_shape))
    return (
        _named(layer),
        f"(None, {sizes})" if sizes else "(None,)",
        f"{layer.parameters:,}",
        f"{layer.forward_flops:,}"
        if layer.forward_flops < 1e9
        else f"{layer.forward_flops:.3e}",
        ", ".join(layer.inputs) or "-",
    )


def _named(layer: LayerSummary) -> str:
    """The name, and the type unless the name says it."""
    own = layer.name.rpartition("/")[2]
    by_type = re.fullmatch(rf"{layer.type}(_layer)?(_[0-9]+)?", own)
    return layer.name if by_type else f"{layer.name} ({layer.type})"


def _seen(layer: LayerSummary) -> tuple[str, ...]:
    field = layer.receptive_field
    told = " x ".join(map(str, field)) if isinstance(field, tuple) else field or "-"
    return layer.name, _bytes(layer.activation_bytes), told


def _totals(summary: Summary) -> list[tuple[str, str]]:
    """Labels and values; a label that is indented is a part of one before it."""
    memory = summary.memory

    def counted(parameters: int) -> str:
        return f"{parameters:,} ({_bytes(parameters * summary.item_size)})"

    sparse = [("Sparse", "zeros of the input are passed over; FLOPs count them")]
    sparse = sparse if summary.sparse else []
    return [
        ("Total params", counted(summary.total_parameters)),
        ("Trainable params", counted(summary.trainable_parameters)),
        ("Non-trainable params", counted(summary.non_trainable_parameters)),
        ("Forward FLOPs per sample", f"{summary.forward_flops:,}"),
        ("Backward FLOPs per sample", f"{summary.backward_flops:,}"),
        *sparse,
        (
            f"Memory for a batch of {summary.batch_size:,} in {summary.precision}",
            _bytes(memory.total),
        ),
        ("  parameters", _bytes(memory.parameters)),
        ("  gradients", _bytes(memory.gradients)),
        ("  optimizer", _bytes(memory.optimizer)),
        ("  activations", _bytes(memory.activations)),
        ("  work of a thread", _bytes(memory.work)),
    ]


def _bytes(count: int) -> str:
    """A size as Keras tells it: a KB is 1024 bytes."""
    size, unit = float(count), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{count} B" if unit == "B" else f"{size:,.2f} {unit}"


def _widths(table: _Table) -> list[int]:
    """The widths that the columns need."""
    rows = (table.header, *table.rows)
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _total(widths: list[int]) -> int:
    return sum(widths) + 3 * len(widths) + 1


def _fit(table: _Table, widths: list[int], columns: int) -> bool:
    """Narrow the names until a line fits; False if it cannot."""
    while _total(widths) > columns:
        able = [i for i in table.names if widths[i] > _LEAST]
        if not able:
            return False
        widths[max(able, key=lambda i: widths[i])] -= 1
    return True


def _cut(cell: str, width: int, dots: str) -> str:
    """What fits; the end of a long name stays, by which it is known from others."""
    name = cell.partition(" ")[0]
    if len(name) > width:
        end = name[-min(_END, width // 3) :]
        return name[: width - len(dots) - len(end)] + dots + end
    return cell if len(cell) <= width else cell[: width - len(dots)] + dots
