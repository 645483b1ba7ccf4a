"""`folds`: the parts that `cross_validate` makes of the training part."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import Use


def read_folds(use: Use, source: Use, diagnostics: Diagnostics) -> ir.Folds:
    """The folds that a use means; a validation part beside them is reported."""
    entry = cast(SourceEntry, source.entry)
    given = [name for name in entry.parts.get("validation", ()) if name in source.spans]
    if given:
        diagnostics.error(
            "split-conflict",
            f"`folds` makes validation parts, but `{entry.name}` has one of its own",
            use.span,
            help=f"remove `folds`, or `{given[0]}=` from `{entry.name}`",
            notes=[Note(source.span_of(given[0]), "it comes from here")],
        )
    return ir.Folds(
        count=cast(int, use.arguments["k"]),
        stratify=cast(bool, use.arguments["stratify"]),
        seed=cast("int | None", use.arguments["seed"]),
        span=use.span,
    )
