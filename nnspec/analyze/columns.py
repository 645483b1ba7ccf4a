"""The columns of a table that transforms take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from nnspec.diagnostics import Diagnostics, Fix, Note, did_you_mean
from nnspec.table.data_entry import (
    Source,
    Transform,
    column_argument,
    columns_of,
    is_about_labels,
    takes_labels,
    takes_texts,
)
from nnspec.table.entry import Use
from nnspec.table.spelling import spell
from nnspec.values import spelled

Columns = tuple[str | int, ...]


def verify_columns(
    source: Use, transforms: Sequence[Use], diagnostics: Diagnostics
) -> None:
    """Report columns that transforms cannot take where they stand."""
    reshape: Use | None = None
    for place, use in enumerate(transforms):
        if use.entry.name == "reshape":
            reshape = reshape or use
        elif is_about_labels(use):
            _verify_labels(use, source, diagnostics)
        elif _takes_columns(use):
            _verify_place(use, source, reshape, diagnostics)
            _verify_codes(use, place, transforms, diagnostics)
            _verify_alone(use, transforms[:place], diagnostics)


def _takes_columns(use: Use) -> bool:
    """Whether a transform needs to tell columns from others."""
    return takes_texts(use) or columns_of(use) is not None


def _verify_labels(use: Use, source: Use, diagnostics: Diagnostics) -> None:
    targets = cast(Columns, source.arguments.get("target", ()))
    if cast(Transform, use.entry).categories and len(targets) > 1:
        diagnostics.error(
            "several-targets",
            f"`{use.entry.name}(target)` takes one target column",
            use.span,
            help=f"name one column as the target, or remove `{use.entry.name}(target)`",
            notes=[Note(source.span_of("target"), f"there are {len(targets)} targets")],
        )


def _verify_place(
    use: Use, source: Use, reshape: Use | None, diagnostics: Diagnostics
) -> None:
    """Report a transform of columns where there are none; `reshape` is before it."""
    name = use.entry.name
    if use.arguments.get("classes") is not None:
        diagnostics.error(
            "argument-type",
            f"`classes` of `{name}` is about labels",
            use.span_of("classes"),
            help=f"write `{name}(target, classes=...)`, or remove it",
        )
    if not cast(Source, source.entry).table:
        named = "" if takes_texts(use) else " of columns"
        diagnostics.error(
            "no-columns",
            f"`{name}`{named} needs a table, and `{source.entry.name}` gives arrays "
            "without columns",
            use.span,
            help=_without_table(use),
        )
        return
    if reshape is not None:
        diagnostics.error(
            "transform-order",
            f"`{name}` comes too late: after `reshape` there are no columns",
            use.span,
            help="put `reshape` last",
            notes=[Note(reshape.span, "the columns end here")],
        )
    _verify_names(use, source, diagnostics)


def _without_table(use: Use) -> str:
    """The way out for a transform of columns where there are none."""
    name = use.entry.name
    if not takes_texts(use):
        return f"write `{name}` without columns"
    if takes_labels(use.entry):
        return f"for labels write `{name}(target)`"
    return f"remove `{name}`"


def _verify_names(use: Use, source: Use, diagnostics: Diagnostics) -> None:
    targets = {*cast(Columns, source.arguments["target"])}
    features = dict.fromkeys(cast("Columns | None", source.arguments["features"]) or ())
    kinds = {*map(type, features)}
    for column in columns_of(use) or ():
        if column in targets:
            diagnostics.error(
                "target-in-features",
                f"the column {spell(column)} is the target, not a feature",
                use.span_of(column_argument(use)),
                help=f"write `{use.entry.name}(target)`"
                if takes_labels(use.entry)
                else f"take it out of `{use.entry.name}`",
                notes=[Note(source.span_of("target"), "the target")],
            )
        # A number and a name may mean the same.
        elif kinds == {type(column)} and column not in features:
            diagnostics.error(
                "unknown-column",
                f"no feature is called {spell(column)}",
                use.span_of(column_argument(use)),
                help=_offer(column, features),
                notes=[Note(source.span_of("features"), "the features")],
            )


def _offer(column: str | int, features: Iterable[str | int]) -> str | None:
    offered = did_you_mean(str(column), [f for f in features if isinstance(f, str)])
    return Fix(offered, text=spelled(offered.text)) if offered else None


def _verify_codes(
    use: Use, place: int, transforms: Sequence[Use], diagnostics: Diagnostics
) -> None:
    """Codes of categories are no quantities, and ids never become any."""
    if takes_texts(use) or cast(Transform, use.entry).fills(use.arguments):
        return
    for other in transforms[place + 1 :]:
        _verify_apart(use, other, diagnostics)
    for other in transforms[:place]:
        if cast(Transform, other.entry).ids:
            _verify_apart(use, other, diagnostics)


def _verify_apart(use: Use, other: Use, diagnostics: Diagnostics) -> None:
    """Report columns of numbers of which another transform makes categories."""
    entry = cast(Transform, other.entry)
    if not entry.categories or entry.order or is_about_labels(other):
        return
    for column in {*(columns_of(use) or ())} & {*(columns_of(other) or ())}:
        diagnostics.error(
            "transform-conflict",
            f"`{use.entry.name}` takes the column {spell(column)}, of which "
            f"`{other.entry.name}` makes categories",
            use.span_of(column_argument(use)),
            help=f"take the column out of `{use.entry.name}`",
            notes=[Note(other.span, "categories are no quantities")],
        )


def _verify_alone(use: Use, before: Sequence[Use], diagnostics: Diagnostics) -> None:
    """The texts of a column become something else once."""
    columns = columns_of(use)
    for other in before:
        if not takes_texts(use) or not takes_texts(other) or is_about_labels(other):
            continue
        taken = columns_of(other)
        both = {*(columns or ())} & {*(taken or ())}
        if use.entry == other.entry and not cast(Transform, use.entry).reads:
            continue  # it is there twice
        if both or (columns is None and taken is None):
            which = f"the column {spell(min(both, key=str))}" if both else "all texts"
            diagnostics.error(
                "transform-conflict",
                f"`{use.entry.name}` takes {which}, as `{other.entry.name}` does",
                use.span,
                help="take it out of one of the two"
                if both
                else "name the columns of one of the two",
                notes=[Note(other.span, "taken here")],
            )


def verify_once(transforms: Sequence[Use], diagnostics: Diagnostics) -> None:
    """Report what is done twice to the same features."""
    for place, use in enumerate(transforms):
        first = next((u for u in transforms[:place] if _same(u, use)), None)
        if first is None:
            continue
        taken = {*(columns_of(first) or ())} & {*(columns_of(use) or ())}
        which = f" for the column {spell(min(taken, key=str))}" if taken else ""
        one = cast(Transform, use.entry).categories and not is_about_labels(use)
        diagnostics.error(
            "doubled-transform",
            f"`{use.entry.name}{'(target)' * is_about_labels(use)}` is there twice"
            f"{which}",
            use.span,
            help=f"name all columns in one `{use.entry.name}(columns=[...])`"
            if one and not which
            else "remove one of the two",
            notes=[Note(first.span, "the first one")],
        )


def _same(first: Use, use: Use) -> bool:
    """Whether two transforms do the same to the same features, where that is wrong."""
    entry = cast(Transform, use.entry)
    if first.entry != entry or is_about_labels(first) != is_about_labels(use):
        return False
    some, others = columns_of(first), columns_of(use)
    if entry.categories and entry.once:
        return True
    if entry.categories:
        return some == others
    if not entry.once or entry.fills(first.arguments) != entry.fills(use.arguments):
        return False
    return some is None or others is None or not {*some}.isdisjoint(others)
