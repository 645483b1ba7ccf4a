"""What a table holds, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nnspec.facts import Column, Table
from nnspec.facts.doubts import doubts
from nnspec.paragraphs import wrapped
from nnspec.record import fields
from nnspec.source import on_one_line

_HEADER = ("column", "kind", "blank", "distinct", "values")
_RIGHT = (2, 3)
_LONGEST = 30  # characters of a value
_LEAST = 20  # columns for values beside the others; with fewer they stand below


def text(table: Table, width: int | None = None, more: Iterable[str] = ()) -> str:
    """The columns in a table of so many columns, or of as many as it needs.

    What is odd about them stands below, and more notes.
    """
    rows = table.parts[0].rows
    count = len(table.columns)
    title = f"{table.path}: {_many(rows, 'row')}, {_many(count, 'column')}"
    lines = [*_drawn([_HEADER, *map(_row, table.columns)], width)]
    notes = [x for note in (*_notes(table), *more) for x in _fitted(note, width)]
    return "\n".join(
        [*_fitted(title, width), "", *lines, *[""][: len(notes)], *notes, ""]
    )


def as_json(table: Table) -> dict[str, Any]:
    """The same for programs; what a column does not have is null."""
    columns = []
    for column in table.columns:
        blank = column.blank.count if column.blank else 0
        columns.append(
            {
                "name": column.name,
                "kind": column.kind,
                "blank": blank,
                "distinct": column.distinct,
                "minimum": column.low,
                "maximum": column.high,
                "mean": column.mean,
                "integers": column.whole,
                "common": [{"value": v, "count": n} for v, n in column.common],
                "odd": fields(column.odd) if column.odd else None,
                "looks_like": column.looks,
                "counts_rows": column.counts,
            }
        )
    return {"file": table.path, "rows": table.parts[0].rows, "columns": columns}


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _row(column: Column) -> tuple[str, ...]:
    blank = column.blank.count if column.blank else 0
    counts = (f"{blank:,}", f"{column.distinct:,}")
    return (_shown(column.name), column.kind, *counts, _values(column))


def _values(column: Column) -> str:
    if column.low is not None and column.high is not None and column.mean is not None:
        return f"{column.low:.6g} to {column.high:.6g}, mean {column.mean:.4g}"
    if column.distinct == column.rows:
        return ", ".join(_shown(value) for value, _ in column.common)
    return ", ".join(f"{_shown(value)} {n:,}" for value, n in column.common)


def _shown(value: str) -> str:
    plain = on_one_line(value)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 3]}..."


def _drawn(rows: list[tuple[str, ...]], width: int | None) -> Iterator[str]:
    """Rows below each other; the last column takes what is left, or its own lines."""
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
    left = sum(widths) + 2 * len(widths)
    beside = width is None or width - left >= _LEAST
    for *cells, values in rows:
        padded = [
            f"{cell:>{size}}" if i in _RIGHT else f"{cell:{size}}"
            for i, (cell, size) in enumerate(zip(cells, widths, strict=True))
        ]
        start = "  ".join(padded)
        if beside:
            room = None if width is None else width - left
            yield f"{start}  {_cut(values, room)}".rstrip()
        else:
            yield start.rstrip()
            yield from wrapped(values, width or left, "    ", "    ")


def _cut(values: str, room: int | None) -> str:
    if room is None or len(values) <= room:
        return values
    return f"{values[: room - 4].rstrip(' ,')} ..."


def _notes(table: Table) -> Iterator[str]:
    """What is odd, a line each."""
    for column in table.columns:
        name = _shown(column.name)
        for doubt in doubts(column):
            yield f"`{name}` {doubt.words}"
        if column.odd and not column.looks:
            first = f"`{_shown(column.odd.text)}` in {column.odd.place}"
            texts = _many(column.odd.count, "text")
            yield f"`{name}` has {texts} among numbers: {first}"


def _fitted(line: str, width: int | None) -> list[str]:
    return wrapped(line, width, others="  ") if width else [line]
