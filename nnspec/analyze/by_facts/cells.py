"""Cells of a table that scripts cannot take: faults of the data, each with its row."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.by_facts.advice import (
    added,
    as_numbers,
    as_texts,
    in_source,
    leave_out,
    named,
)
from nnspec.analyze.by_facts.shapes import maker_of, names, words_of
from nnspec.diagnostics import Diagnostics
from nnspec.facts import Cells, Column, Roles, Table
from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import Use


def verify_cells(data: ir.Data, roles: Roles, diagnostics: Diagnostics) -> None:
    """Report cells that are missing or no number, and columns without a value."""
    if reads_texts(data):
        _verify_texts(data, roles, diagnostics)
    else:
        for column in roles.features:
            _verify_feature(column, data, diagnostics)
    for column in roles.targets:
        _verify_target(column, data, diagnostics)


def reads_texts(data: ir.Data) -> bool:
    """Whether the feature of a table is a text of many words."""
    return any(cast(TransformEntry, u.entry).takes == "texts" for u in data.transforms)


def _verify_texts(data: ir.Data, roles: Roles, diagnostics: Diagnostics) -> None:
    """Words are those of one column."""
    first, *others = roles.features
    if others:
        longest = max(roles.features, key=lambda column: column.words)
        text, chosen = named(longest, data), f"[{named(longest, data)}]"
        diagnostics.error(
            "several-texts",
            f"the words are those of one column, but {len(roles.features)} columns "
            "are features",
            data.source.span,
            help=in_source(
                f"write `of={text}` in the transform, and the others stay beside its "
                f"words; or leave them out: `features={chosen}`",
                "features",
                chosen,
                data,
            ),
        )
    elif first.blank:
        _report(
            "missing-value",
            first,
            f"the text is missing{_more(first.blank)}",
            "fill it in, or leave the row out",
            data,
            diagnostics,
            first.blank,
        )


def _verify_feature(column: Column, data: ir.Data, diagnostics: Diagnostics) -> None:
    fills = any(_fills(use, column, data) for use in data.transforms)
    if column.kind == "empty":
        message = "there is no value in the training part"
        help = leave_out(column, data)
        _report("empty-column", column, message, help, data, diagnostics)
        return
    if words := words_of(column, data):
        if column.blank and words.fill is None:
            _report_text(column, column.blank, data, diagnostics)
        return
    if column.blank and not fills:
        impute = f"impute({_filling(column)})"
        _report(
            "missing-value",
            column,
            f"the value is missing{_more(column.blank)}",
            added(f"add `{impute}` to the data section", impute, data),
            data,
            diagnostics,
            column.blank,
        )
    maker = maker_of(column, data)
    if column.odd and not maker:
        _report_odd(column, column.odd, data, diagnostics)
    if maker and (order := cast(TransformEntry, maker.entry).order):
        _verify_order(column, order(maker.arguments), data, diagnostics)
    elif column.unseen and (maker or column.kind == "texts"):
        _report_unseen(column, column.unseen, maker, data, diagnostics)


def _report_text(
    column: Column, blank: Cells, data: ir.Data, diagnostics: Diagnostics
) -> None:
    """A missing text whose words stand beside other features."""
    impute = f'impute("", of={named(column, data)})'
    help = f"add `{impute}` to the data section: a text without words"
    _report(
        "missing-value",
        column,
        f"the text is missing{_more(blank)}",
        added(help, impute, data),
        data,
        diagnostics,
        blank,
    )


def _verify_order(
    column: Column, order: tuple[str, ...], data: ir.Data, diagnostics: Diagnostics
) -> None:
    """Report a text of a column in order that is none of those in the order."""
    texts = [text for text, _ in column.common] if column.kind == "texts" else []
    if odd := [text for text in texts if text not in order]:
        few = ", ".join(f"`{text}`" for text in order)
        message = f"`{_short(odd[0])}` is none of the texts in order: {few}"
        help = "add it to them, or correct it"
        _report("unseen-text", column, message, help, data, diagnostics)


def _fills(use: Use, column: Column, data: ir.Data) -> bool:
    """Whether a transform fills in the missing cells of a column."""
    what = cast(TransformEntry, use.entry).fills(use.arguments)
    maker = maker_of(column, data)
    texts = column.kind == "texts" or maker is not None
    texts = texts and not (maker and cast(TransformEntry, maker.entry).reads)
    fits = what == "numbers" or (what == "texts" and texts)
    return fits and names(use, column, data) is not False


def _filling(column: Column) -> str:
    return "median" if column.kind == "numbers" else "most_frequent"


def _report_odd(
    column: Column, odd: Cells, data: ir.Data, diagnostics: Diagnostics
) -> None:
    message = f"`{_short(odd.text)}` is no number{_more(odd)}"
    help = as_numbers(column, data) or as_texts(column, odd, data)
    _report("odd-cell", column, message, help, data, diagnostics, odd)


def _report_unseen(
    column: Column,
    unseen: Cells,
    maker: Use | None,
    data: ir.Data,
    diagnostics: Diagnostics,
) -> None:
    """Texts that only a validation or a test part has."""
    entry = cast(TransformEntry, maker.entry) if maker else None
    if maker and entry and (entry.reads or entry.opens(maker.arguments)):
        return
    _report(
        "unseen-text",
        column,
        f"`{_short(unseen.text)}` is in no row of the training part{_more(unseen)}",
        as_numbers(column, data) or leave_out(column, data),
        data,
        diagnostics,
        unseen,
    )


def _verify_target(column: Column, data: ir.Data, diagnostics: Diagnostics) -> None:
    if column.kind == "empty":
        message = "the target has no value in the training part"
        help = "take another target"
        _report("empty-column", column, message, help, data, diagnostics)
    elif column.blank and data.source.arguments.get("without_target") != "drop":
        _report(
            "missing-target",
            column,
            f"the target is missing{_more(column.blank)}",
            in_source(
                "leave such rows out: `without_target=drop` in `csv`",
                "without_target",
                "drop",
                data,
            ),
            data,
            diagnostics,
            column.blank,
        )
    elif column.unseen and column.kind == "texts":
        _report(
            "unseen-text",
            column,
            f"the class `{_short(column.unseen.text)}` is in no row of the training "
            f"part{_more(column.unseen)}",
            (column.looks != "date" and as_numbers(column, data))
            or "write `stratify=true` in `split`",
            data,
            diagnostics,
            column.unseen,
        )


def _report(
    code: str,
    column: Column,
    message: str,
    help: str,
    data: ir.Data,
    diagnostics: Diagnostics,
    cells: Cells | None = None,
) -> None:
    """Report a fault of the file, at its name in the spec."""
    assert isinstance(data.facts, Table)  # it has columns
    where = cells.place if cells else data.facts.path
    diagnostics.error(
        code,
        f"{where}, column `{_short(column.name)}`: {message}",
        data.source.span_of("path"),
        help=help,
        of_data=True,
    )


def _more(cells: Cells) -> str:
    others = cells.count - 1
    if others == 0:
        return ""
    return f", and {others:,} more cell{'s are' if others > 1 else ' is'} like it"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
