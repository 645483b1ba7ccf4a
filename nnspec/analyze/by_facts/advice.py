"""Ways out that a data section has for a column of its table."""

from __future__ import annotations

import re

from nnspec import ir
from nnspec.diagnostics import Edit, Fix
from nnspec.facts import Cells, Column, Table
from nnspec.facts.doubts import LEAST_ROWS
from nnspec.facts.notation import notation
from nnspec.source import Span
from nnspec.table.spelling import spell


def named(column: Column, data: ir.Data) -> str:
    """A column as the spec writes it."""
    assert isinstance(data.facts, Table)  # it has columns
    return spell(data.facts.called(column))


def in_source(help: str, argument: str, value: str, data: ir.Data) -> str:
    """A way out that gives the source an argument, which is done where it has none."""
    spans = data.source.spans
    if argument in spans:
        return help
    end = max((span.end for span in spans.values()), default=0)
    return Fix(help, Edit(Span(end, end), f", {argument}={value}"))


def added(help: str, transform: str, data: ir.Data) -> str:
    """A way out that adds a transform after the others."""
    uses = (data.source, *data.all_transforms, *data.labels)
    end = max(use.span.end for use in uses)
    return Fix(help, Edit(Span(end, end), f"\n{transform}"))


def leave_out(column: Column, data: ir.Data) -> str:
    """How the spec leaves a column out of the features."""
    name = named(column, data)
    if data.source.arguments["features"]:
        return f"remove {name} from `features`"
    if dropped := data.source.arguments.get("drop"):
        assert isinstance(dropped, tuple)  # the kind of the argument
        assert isinstance(data.facts, Table)  # it has columns
        more = spell((*dropped, data.facts.called(column)))
        return Fix(f"add {name} to `drop`", Edit(data.source.span_of("drop"), more))
    help = f"leave the column out: `drop=[{name}]` in `csv`"
    return in_source(help, "drop", f"[{name}]", data)


def as_numbers(column: Column, data: ir.Data) -> str | None:
    """How the spec reads texts that are no plain numbers, if they look like some."""
    if column.looks is None:
        return None
    if column.looks == "date":
        if column.dates is None:  # they are written in several ways
            return leave_out(column, data)
        written = spell(column.dates)
        form = "" if column.dates == "%Y-%m-%d" else f", format={written}"
        transform = f"dates([{named(column, data)}]{form})"
        return added(f"`{transform}` makes features of dates", transform, data)
    return _in_notation(data)


def _in_notation(data: ir.Data) -> str:
    """How the spec reads numbers that are written otherwise, those of all columns."""
    roles = data.roles
    columns = (*roles.features, *roles.targets) if roles else ()
    options = notation(columns)
    given = data.source.spans
    new = {name: spell(o) for name, o in options.items() if name not in given}
    if not new:
        words = ", ".join(f"{name}={spell(o)}" for name, o in options.items())
        return f"write `{words}` in `csv`"
    first, *_ = new
    words = ", ".join(f"{name}={o}" for name, o in new.items())
    value = words.removeprefix(f"{first}=")
    return in_source(f"write `{words}` in `csv`", first, value, data)


def in_csv(help: str | None, data: ir.Data) -> str | None:
    """A way out that names an option of the source, which is done where it has none."""
    option = re.search(r'write (\w+)=(".*?"|\w+)', help or "")
    return in_source(help, option[1], option[2], data) if help and option else help


def as_words(column: Column, data: ir.Data) -> str:
    """How the words of a column become features."""
    transform = f"bag_of_words(500, of={named(column, data)})"
    return added(f"`{transform}` makes features of its words", transform, data)


def as_texts(column: Column, odd: Cells, data: ir.Data) -> str:
    """How a column of numbers and texts is read."""
    name, text = named(column, data), spell(odd.text)
    names_rows = column.categories * 2 > column.rows >= LEAST_ROWS
    if names_rows:
        return leave_out(column, data)
    if odd.count * 10 > column.rows:
        help = f"`one_hot([{name}])` takes all values of the column for texts"
        return added(help, f"one_hot([{name}])", data)
    return (
        f"correct it, or name it as missing: `missing=[{text}]`; "
        f"`one_hot([{name}])` takes the whole column for texts"
    )
