"""Ways out that a data section has for a column of its table."""

from __future__ import annotations

from nnspec import ir
from nnspec.facts import Cells, Column, Table
from nnspec.facts.doubts import LEAST_ROWS
from nnspec.table.spelling import spell

#: What `csv` can say of texts that look like numbers.
_OPTIONS = {"decimal comma": ("decimal", ","), "thousands": ("thousands", ",")}


def named(column: Column, data: ir.Data) -> str:
    """A column as the spec writes it."""
    assert isinstance(data.facts, Table)  # it has columns
    return spell(data.facts.called(column))


def leave_out(column: Column, data: ir.Data) -> str:
    """How the spec leaves a column out of the features."""
    name = named(column, data)
    chosen = data.source.arguments["features"]
    if chosen:
        return f"remove {name} from `features`"
    if data.source.arguments.get("drop"):
        return f"add {name} to `drop`"
    return f"leave the column out: `drop=[{name}]` in `csv`"


def as_numbers(column: Column, data: ir.Data) -> str | None:
    """How the spec reads texts that are no plain numbers, if they look like some."""
    if column.looks is None:
        return None
    if option := _OPTIONS.get(column.looks):
        return f"write `{option[0]}={spell(option[1])}` in `csv`"
    if column.looks == "date":
        return f"`dates([{named(column, data)}])` makes features of dates"
    return "write plain numbers in the file"


def as_texts(column: Column, odd: Cells, data: ir.Data) -> str:
    """How a column of numbers and texts is read."""
    name, text = named(column, data), spell(odd.text)
    names_rows = column.categories * 2 > column.rows >= LEAST_ROWS
    if names_rows:
        return leave_out(column, data)
    if odd.count * 10 > column.rows:
        return f"`one_hot([{name}])` takes all values of the column for texts"
    return (
        f"correct it, or name it as missing: `missing=[{text}]`; "
        f"`one_hot([{name}])` takes the whole column for texts"
    )
