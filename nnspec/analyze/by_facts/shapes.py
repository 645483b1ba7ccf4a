"""The shape of a sample, as the files tell it."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.by_facts.columns import find_column
from nnspec.analyze.shapes import after
from nnspec.diagnostics import Diagnostics
from nnspec.facts import Arrays, Column, Table
from nnspec.table.data_entry import TransformEntry, columns_of, takes_texts
from nnspec.table.entry import Shape, Use


def shape_of(data: ir.Data, diagnostics: Diagnostics) -> Shape | None:
    """The shape of a sample after all transforms, None where nothing tells it."""
    if isinstance(data.facts, Arrays):
        return after(data.facts.shape, data.transforms, diagnostics)
    if data.roles is None:
        return None
    width = sum(width_of(column, data) for column in data.roles.features)
    others = (u for u in data.transforms if cast(TransformEntry, u.entry).width is None)
    return after((width,), others, diagnostics)


def width_of(column: Column, data: ir.Data) -> int:
    """How many columns a column becomes."""
    if words := words_of(column, data):
        return words.size
    found = 1
    for use in data.transforms:
        if (width := cast(TransformEntry, use.entry).width) is not None:
            taken = is_taken_by(use, column, data)
            found *= width(column, taken, use.arguments)
    return found


def words_of(column: Column, data: ir.Data) -> ir.Words | None:
    """The transform that takes the words of a column beside others."""
    found = (words for words in data.words if names(words.use, column, data))
    return next(found, None)


def is_taken(column: Column, data: ir.Data) -> bool:
    """Whether a transform makes something else of the texts of a column."""
    return maker_of(column, data) is not None


def maker_of(column: Column, data: ir.Data) -> Use | None:
    """The transform that makes something else of the texts of a column."""
    found = (use for use in data.all_transforms if is_taken_by(use, column, data))
    return next(found, None)


def is_taken_by(use: Use, column: Column, data: ir.Data) -> bool:
    """Whether a transform makes something else of the texts of a column."""
    if not takes_texts(use):
        return False
    if (named := names(use, column, data)) is not None:
        return named
    others = (u for u in data.all_transforms if takes_texts(u) and u is not use)
    return column.kind == "texts" and not any(names(u, column, data) for u in others)


def names(use: Use, column: Column, data: ir.Data) -> bool | None:
    """Whether a transform names a column; None of one that names none."""
    wanted = columns_of(use)
    if wanted is None or not isinstance(data.facts, Table):
        return None
    return any(find_column(data.facts.columns, name) is column for name in wanted)


def in_words(data: ir.Data) -> str | None:
    """What the width of a table is made of: which columns become how many."""
    if data.roles is None:
        return None
    widths = {column: width_of(column, data) for column in data.roles.features}
    plain = sum(width == 1 for width in widths.values())
    parts = [f"`{c.name}` becomes {n:,}" for c, n in widths.items() if n != 1]
    few, more = parts[:_FEW], len(parts) - _FEW
    few += [f"{more} more become others"] if more > 0 else []
    as_is = "1 column as it is" if plain == 1 else f"{plain:,} columns as they are"
    start = [as_is] if plain else []
    return ", ".join([*start, *few])


_FEW = 6  # columns are named
