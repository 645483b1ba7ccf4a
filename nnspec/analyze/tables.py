"""The columns of a table: which are named, and whether they can be."""

from __future__ import annotations

from collections import Counter
from typing import cast

from nnspec import ir
from nnspec.analyze.on_disk import verify_on_disk
from nnspec.analyze.table_form import verify_form
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.data_entry import column_argument, columns_of, slides
from nnspec.table.entry import (
    Use,
)
from nnspec.table.spelling import spell

Columns = tuple[str | int, ...]

#: The arguments of a source that list columns.
_LISTS = ("target", "features", "drop")


def names_columns(data: ir.Data) -> bool:
    """Whether the spec calls columns of a table by their names."""
    lists = [data.source.arguments.get(name) for name in _LISTS]
    lists += [columns_of(use) for use in data.all_transforms]
    return any(
        isinstance(column, str)
        for columns in lists
        if isinstance(columns, tuple)
        for column in columns
    )


def verify_table(use: Use, transforms: list[Use], diagnostics: Diagnostics) -> None:
    """Report columns that cannot be what the section takes them for."""
    targets = cast(Columns, use.arguments["target"])
    features = cast("Columns | None", use.arguments["features"])
    dropped = cast(Columns, use.arguments["drop"])
    lists = {"target": targets, "features": features, "drop": dropped or None}
    for name, columns in lists.items():
        if name in use.spans and columns is not None:
            _verify_list(use, name, columns, diagnostics)
    _verify_dropped(use, targets, features, dropped, diagnostics)
    named = {*(features or ())}
    # Of a series, what was is a feature of what comes.
    series = any(map(slides, transforms)) and named >= {*targets}
    for column in targets:
        if column in named and not series:
            diagnostics.error(
                "target-in-features",
                f"the column {spell(column)} is the target and a feature, too",
                use.span_of("features"),
                help="the target is what the features are to tell: remove it from them",
                notes=[Note(use.span_of("target"), "the target")],
            )
    verify_on_disk(use, transforms, diagnostics)
    if "seed" in use.spans and use.arguments["sample"] is None:
        diagnostics.error(
            "argument-conflict",
            "`seed` of `csv` draws a sample, and there is none",
            use.span_of("seed"),
            help="remove it, or write `sample=` too, how many rows to draw",
        )
    verify_form(use, diagnostics)
    if use.arguments["header"] is False:
        _verify_numbered(use, transforms, diagnostics)


def _verify_dropped(
    use: Use,
    targets: Columns,
    features: Columns | None,
    dropped: Columns,
    diagnostics: Diagnostics,
) -> None:
    """What is dropped is neither the target nor a feature."""
    for name, columns in (("target", targets), ("features", features or ())):
        for column in dropped:
            if column in columns:
                diagnostics.error(
                    "argument-conflict",
                    f"the column {spell(column)} is dropped, but it is in `{name}`",
                    use.span_of("drop"),
                    help="take it out of one of the two",
                    notes=[Note(use.span_of(name), "named here")],
                )


def _verify_list(
    use: Use, name: str, columns: Columns, diagnostics: Diagnostics
) -> None:
    if not columns:
        diagnostics.error(
            "argument-type",
            f"`{name}` of `csv` needs at least one column",
            use.span_of(name),
        )
    numbers = Counter(columns)
    for column in (c for c, number in numbers.items() if number > 1):
        diagnostics.error(
            "doubled-column",
            f"`{name}` of `csv` names the column {spell(column)} twice",
            use.span_of(name),
            help="name it once",
        )


def _verify_numbered(use: Use, transforms: list[Use], diagnostics: Diagnostics) -> None:
    """Without a header, columns have numbers only."""
    places = [(use, name) for name in _LISTS]
    places += [(t, column_argument(t)) for t in transforms if columns_of(t)]
    for place, name in places:
        columns = cast("Columns | None", place.arguments[name]) or ()
        named = [spell(column) for column in columns if isinstance(column, str)]
        if named:
            diagnostics.error(
                "header-needed",
                f"without a header no column is called {named[0]}",
                place.span_of(name),
                help="give the column's number, from 0, or remove `header=false`",
                notes=[Note(use.span_of("header"), "no header")],
            )
