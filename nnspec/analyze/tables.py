"""The columns of a table: which are named, and whether they can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

from nnspec import ir
from nnspec.analyze.table_form import verify_form
from nnspec.diagnostics import Diagnostics, Fix, Note, did_you_mean
from nnspec.table.data_entry import Source
from nnspec.table.entry import (
    Use,
)
from nnspec.table.spelling import spell
from nnspec.values import spelled

Columns = tuple[str | int, ...]

#: The arguments of a source that list columns.
_LISTS = ("target", "features", "drop")


def names_columns(data: ir.Data) -> bool:
    """Whether the spec calls columns of a table by their names."""
    lists = [data.source.arguments.get(name) for name in _LISTS]
    lists += [use.arguments.get("columns") for use in data.transforms]
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
        if columns is not None:
            _verify_list(use, name, columns, diagnostics)
    _verify_dropped(use, targets, features, dropped, diagnostics)
    named = {*(features or ())}
    for column in targets:
        if column in named:
            diagnostics.error(
                "target-in-features",
                f"the column {spell(column)} is the target and a feature, too",
                use.span_of("features"),
                help="the target is what the features are to tell: remove it from them",
                notes=[Note(use.span_of("target"), "the target")],
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
    places += [(t, "columns") for t in transforms if one_hot_columns(t)]
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


def one_hot_columns(use: Use) -> Columns | None:
    """The columns that a transform names for expansion, if it is such a one."""
    columns = use.arguments.get("columns")
    if use.entry.name != "one_hot" or not isinstance(columns, tuple):
        return None
    return columns


def verify_one_hot(
    use: Use, source: Use, reshape: Use | None, diagnostics: Diagnostics
) -> None:
    """Report a `one_hot` that has nothing to work on; `reshape` is one before it."""
    if use.arguments["columns"] == "target":
        targets = cast(Columns, source.arguments.get("target", ()))
        if len(targets) > 1:
            diagnostics.error(
                "several-targets",
                "`one_hot(target)` takes one target column",
                use.span,
                help="name one column as the target, or remove `one_hot(target)`",
                notes=[
                    Note(source.span_of("target"), f"there are {len(targets)} targets")
                ],
            )
        return
    if use.arguments["classes"] is not None:
        diagnostics.error(
            "argument-type",
            "`classes` of `one_hot` is about labels",
            use.span_of("classes"),
            help="write `one_hot(target, classes=...)`, or remove it",
        )
    if not cast(Source, source.entry).table:
        diagnostics.error(
            "no-columns",
            f"`one_hot` needs a table, and `{source.entry.name}` gives arrays without "
            "columns",
            use.span,
            help="for labels write `one_hot(target)`",
        )
        return
    if reshape is not None:
        diagnostics.error(
            "transform-order",
            "`one_hot` comes too late: after `reshape` there are no columns",
            use.span,
            help="put `reshape` last",
            notes=[Note(reshape.span, "the columns end here")],
        )
    _verify_columns(use, source, diagnostics)


def _verify_columns(use: Use, source: Use, diagnostics: Diagnostics) -> None:
    targets = {*cast(Columns, source.arguments["target"])}
    features = dict.fromkeys(cast("Columns | None", source.arguments["features"]) or ())
    kinds = {*map(type, features)}
    for column in one_hot_columns(use) or ():
        if column in targets:
            diagnostics.error(
                "target-in-features",
                f"the column {spell(column)} is the target, not a feature",
                use.span_of("columns"),
                help="write `one_hot(target)`",
                notes=[Note(source.span_of("target"), "the target")],
            )
        # A number and a name may mean the same.
        elif kinds == {type(column)} and column not in features:
            diagnostics.error(
                "unknown-column",
                f"no feature is called {spell(column)}",
                use.span_of("columns"),
                help=_offer(column, features),
                notes=[Note(source.span_of("features"), "the features")],
            )


def _offer(column: str | int, features: Iterable[str | int]) -> str | None:
    offered = did_you_mean(str(column), [f for f in features if isinstance(f, str)])
    return Fix(offered, text=spelled(offered.text)) if offered else None
