"""Whether the transforms of a data section can work on what its source gives."""

from __future__ import annotations

from typing import cast

from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.data_entry import SourceEntry, TransformEntry, takes_texts
from nnspec.table.entry import (
    Use,
)

#: What sources may give to transforms that take something else than numbers.
_GIVEN = {"texts": ("texts", "columns"), "ids": ("arrays",), "text": ("text",)}
_WORDS = {
    "ids": "rows of ids",
    "arrays": "arrays",
    "columns": "a table",
    "text": "one long text",
}
#: What sources give that no network takes, and what makes ids or numbers of it.
_LEFT = {
    "texts": ("texts", "bag_of_words()"),
    "text": ("a text", "next_characters(64)"),
}


def verify_samples(
    source: Use, transforms: tuple[Use, ...], diagnostics: Diagnostics
) -> None:
    """Report texts that do not become numbers, and transforms that fit nothing here."""
    entry = cast(SourceEntry, source.entry)
    makers = [use for use in transforms if _takes(use) != "numbers"]
    if entry.gives in _LEFT and not makers:
        what, maker = _LEFT[entry.gives]
        diagnostics.error(
            "texts-left",
            f"`{entry.name}` gives {what}, and a network takes numbers",
            source.span,
            help=f"add `{maker}` after it",
        )
    for use in makers:
        if entry.gives not in _GIVEN[_takes(use)]:
            diagnostics.error(
                "transform-and-source",
                f"`{use.entry.name}` takes {_named(_takes(use))}, and `{entry.name}` "
                f"gives {_named(entry.gives)}",
                use.span,
                help=f"remove `{use.entry.name}`, or take another source",
                notes=[Note(source.span, "the source")],
            )
        elif entry.table:
            _verify_column(use, source, diagnostics)
    if makers:
        _verify_alone(makers[0], source, transforms, diagnostics)


def _takes(use: Use) -> str:
    return cast(TransformEntry, use.entry).takes


def _named(what: str) -> str:
    return _WORDS.get(what, what)


def _verify_column(use: Use, source: Use, diagnostics: Diagnostics) -> None:
    features = cast("tuple[object, ...] | None", source.arguments["features"])
    if features is not None and len(features) > 1:
        diagnostics.error(
            "several-texts",
            f"`{use.entry.name}` takes one column of texts, but there are "
            f"{len(features)} features",
            source.span_of("features"),
            help="name the one that holds the texts by `of=`, or as the only feature",
            notes=[Note(use.span, "takes one")],
        )


def _verify_alone(
    maker: Use, source: Use, transforms: tuple[Use, ...], diagnostics: Diagnostics
) -> None:
    """Features that are told by their places take no other transform."""
    entry = cast(SourceEntry, source.entry)
    named = entry.table and _takes(maker) == "texts"
    way_out = ", or name the column of the texts: `of=...`" if named else ""
    why = (
        "gives ids"
        if cast(TransformEntry, maker.entry).ids
        else "lists the places where a sample is not 0"
    )
    for use in transforms:
        fits = _takes(use) == "numbers" or entry.gives in _GIVEN[_takes(use)]
        reported = not fits or (takes_texts(use) and not entry.table)
        if use.entry == maker.entry or reported:
            continue
        diagnostics.error(
            "transform-conflict",
            f"`{use.entry.name}` cannot be applied beside `{maker.entry.name}`, which "
            f"{why}",
            use.span,
            help=f"remove `{use.entry.name}`{way_out}",
            notes=[Note(maker.span, why)],
        )
