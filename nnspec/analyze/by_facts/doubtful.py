"""Warnings of columns that are hardly what the spec takes them for."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.by_facts.advice import added, as_numbers, as_words, leave_out
from nnspec.analyze.by_facts.cells import reads_texts
from nnspec.analyze.by_facts.shapes import is_taken, maker_of, words_of
from nnspec.diagnostics import Diagnostics
from nnspec.facts import Column, Table
from nnspec.facts.doubts import doubts
from nnspec.table.data_entry import TransformEntry

_WORDS = 8  # on average: texts that say something, rather than names
_LEAST = 3  # texts that have an order in the alphabet, and hardly another


def warn_of_columns(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Warn of features that name rows, copy the target, or are no plain numbers."""
    data = model.data
    if data is None or data.roles is None or reads_texts(data):
        return
    for column in data.roles.features:
        for doubt in () if _is_read(column, data) else doubts(column):
            is_form = doubt.code == "texts-of-numbers"
            help = as_numbers(column, data) if is_form else leave_out(column, data)
            if doubt.code == "unique-texts" and column.words >= _WORDS:
                help = as_words(column, data)
            _warn(doubt.code, column, doubt.words, help, data, diagnostics)
    ids = _looked_up(model)
    numbered = [
        c for c in data.roles.features if _is_numbered(c, data) and c.name not in ids
    ]
    if numbered:
        first, *others = numbered
        more = f", as {len(others)} more do" if others else ""
        _warn(
            "texts-as-numbers",
            first,
            f"holds {first.categories:,} texts, which become 0, 1, 2, ... in the order "
            f"of the alphabet{more}",
            added("add `one_hot()`, a column for each of them", "one_hot()", data),
            data,
            diagnostics,
        )


def _looked_up(model: ir.Model) -> set[object]:
    """The columns of inputs that take ids: numbers of texts are such."""
    given = model.data.by_name.get("features") if model.data else None
    ids = [call.name for call in model.network.inputs if call.name in model.network.ids]
    lists = (
        [cast("tuple[object, ...]", given.get(n) or ()) for n in ids] if given else []
    )
    return {column for columns in lists for column in columns}


def _is_read(column: Column, data: ir.Data) -> bool:
    """Whether a transform reads the texts of a column, which mean what they say."""
    maker = maker_of(column, data)
    reads = maker is not None and cast(TransformEntry, maker.entry).reads
    return reads or words_of(column, data) is not None


def _is_numbered(column: Column, data: ir.Data) -> bool:
    """Whether texts become numbers that mean nothing."""
    plain = column.kind == "texts" and not is_taken(column, data)
    return plain and not column.looks and column.categories >= _LEAST


def _warn(
    code: str,
    column: Column,
    words: str,
    help: str | None,
    data: ir.Data,
    diagnostics: Diagnostics,
) -> None:
    assert isinstance(data.facts, Table)  # it has columns
    diagnostics.warning(
        code,
        f"{data.facts.path}: the column `{column.name}` {words}",
        data.source.span_of("features"),
        help=help,
    )
