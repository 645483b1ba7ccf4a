"""The columns of a table that transforms take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from nnspec.diagnostics import Diagnostics, Fix, Note, did_you_mean
from nnspec.table.data_entry import (
    SourceEntry,
    TransformEntry,
    column_argument,
    columns_of,
    is_about_labels,
    part_of,
    reads_words,
    reshapes,
    slides,
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
    makers = _makers_of_categories(transforms)
    takers: dict[str | int | None, dict[str, Use]] = defaultdict(dict)
    for place, use in enumerate(transforms):
        if reshapes(use):
            reshape = reshape or use
        elif is_about_labels(use):
            _verify_labels(use, source, diagnostics)
        elif _takes_columns(use):
            series = any(map(slides, transforms))
            _verify_place(use, source, reshape, diagnostics, series=series)
            if takes_texts(use):
                _verify_alone(use, takers, diagnostics)
            else:
                _verify_codes(use, place, makers, diagnostics)


def _takes_columns(use: Use) -> bool:
    """Whether a transform needs to tell columns from others."""
    return takes_texts(use) or columns_of(use) is not None


def _verify_labels(use: Use, source: Use, diagnostics: Diagnostics) -> None:
    targets = cast(Columns, source.arguments.get("target", ()))
    if cast(TransformEntry, use.entry).categories and len(targets) > 1:
        diagnostics.error(
            "several-targets",
            f"`{use.entry.name}(target)` takes one target column",
            use.span,
            help=f"name one column as the target, or remove `{use.entry.name}(target)`",
            notes=[Note(source.span_of("target"), f"there are {len(targets)} targets")],
        )


def _verify_place(
    use: Use,
    source: Use,
    reshape: Use | None,
    diagnostics: Diagnostics,
    *,
    series: bool,
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
    if not cast(SourceEntry, source.entry).table:
        named = "" if takes_texts(use) and not reads_words(use) else " of columns"
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
    _verify_names(use, source, diagnostics, series=series)


def _without_table(use: Use) -> str:
    """The way out for a transform of columns where there are none."""
    name = use.entry.name
    if not takes_texts(use) or reads_words(use):
        return f"write `{name}` without columns"
    if takes_labels(use.entry):
        return f"for labels write `{name}(target)`"
    return f"remove `{name}`"


def _verify_names(
    use: Use, source: Use, diagnostics: Diagnostics, *, series: bool
) -> None:
    targets = {*cast(Columns, source.arguments["target"])}
    features = dict.fromkeys(cast("Columns | None", source.arguments["features"]) or ())
    kinds = {*map(type, features)}
    for column in columns_of(use) or ():
        if column in targets and not (series and column in features):
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


def _makers_of_categories(
    transforms: Sequence[Use],
) -> dict[str | int, list[tuple[int, Use]]]:
    """By column: the transforms that make unordered categories of it, and where."""
    makers = defaultdict(list)
    for place, use in enumerate(transforms):
        entry = cast(TransformEntry, use.entry)
        if entry.categories and not entry.order and not is_about_labels(use):
            for column in dict.fromkeys(columns_of(use) or ()):
                makers[column].append((place, use))
    return makers


def _verify_codes(
    use: Use,
    place: int,
    makers: Mapping[str | int, Sequence[tuple[int, Use]]],
    diagnostics: Diagnostics,
) -> None:
    """Codes of categories are no quantities, and ids never become any."""
    if cast(TransformEntry, use.entry).fills(use.arguments):
        return
    for column in dict.fromkeys(columns_of(use) or ()):
        for where, other in makers.get(column, ()):
            if where < place and not cast(TransformEntry, other.entry).ids:
                continue
            diagnostics.error(
                "transform-conflict",
                f"`{use.entry.name}` takes the column {spell(column)}, of which "
                f"`{other.entry.name}` makes categories",
                use.span_of(column_argument(use)),
                help=f"take the column out of `{use.entry.name}`",
                notes=[Note(other.span, "categories are no quantities")],
            )
            break


def _verify_alone(
    use: Use,
    takers: dict[str | int | None, dict[str, Use]],
    diagnostics: Diagnostics,
) -> None:
    """The texts of a column become something else once.

    `takers` has the transforms before by column (None: all that are texts) and name.
    """
    name, reads = use.entry.name, cast(TransformEntry, use.entry).reads
    columns = dict.fromkeys(columns_of(use) or (None,))
    for column in columns:
        # What is there twice is told as that.
        others = (u for n, u in takers[column].items() if n != name or reads)
        if (other := next(others, None)) is not None:
            which = "all texts" if column is None else f"the column {spell(column)}"
            diagnostics.error(
                "transform-conflict",
                f"`{name}` takes {which}, as `{other.entry.name}` does",
                use.span,
                help="name the columns of one of the two"
                if column is None
                else "take it out of one of the two",
                notes=[Note(other.span, "taken here")],
            )
            break
    for column in columns:
        takers[column].setdefault(name, use)


def verify_once(transforms: Sequence[Use], diagnostics: Diagnostics) -> None:
    """Report what is done twice to the same features."""
    done: dict[_Task, Use] = {}
    places = {id(use): place for place, use in enumerate(transforms)}
    for use in transforms:
        tasks, clashes = _tasks(use)
        before = [done[task] for task in clashes if task in done]
        if before:
            first = min(before, key=lambda other: places[id(other)])
            _tell_twice(first, use, diagnostics)
        for task in tasks:
            done.setdefault(task, use)


def _tell_twice(first: Use, use: Use, diagnostics: Diagnostics) -> None:
    taken = {*(columns_of(first) or ())} & {*(columns_of(use) or ())}
    which = f" for the column {spell(min(taken, key=str))}" if taken else ""
    one = cast(TransformEntry, use.entry).categories and not is_about_labels(use)
    diagnostics.error(
        "doubled-transform",
        f"`{use.entry.name}{'(target)' * is_about_labels(use)}` is there twice{which}",
        use.span,
        help=f"name all columns in one `{use.entry.name}(columns=[...])`"
        if one and not which
        else "remove one of the two",
        notes=[Note(first.span, "the first one")],
    )


#: What a transform does to which features.
_Task = tuple[object, ...]


def _tasks(use: Use) -> tuple[list[_Task], list[_Task]]:
    """What a transform does that is to be done once, and what must not be done before.

    One without columns does it to all of them.
    """
    entry, part = cast(TransformEntry, use.entry), part_of(use)
    columns = (part.name,) if part else columns_of(use)
    kind: _Task = (entry.name, is_about_labels(use))
    if entry.categories:
        task = kind if entry.once else (*kind, columns)
        return [task], [task]
    if not entry.once:
        return [], []
    kind = (*kind, entry.fills(use.arguments))
    some, every = (*kind, "some"), (*kind, "every")
    if columns is None:
        return [some, every], [some]
    each = [(*kind, "column", column) for column in dict.fromkeys(columns)]
    return [some, *each], [every, *each]
