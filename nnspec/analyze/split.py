"""`split`: how many samples are set apart, and whether that many can be."""

from __future__ import annotations

import math
from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import (
    Use,
)
from nnspec.values import amount

_PARTS = ("validation", "test")


def read_split(use: Use, source: Use, diagnostics: Diagnostics) -> ir.Split | None:
    """The split that a use means, or None where an error was reported."""
    sizes = {part: cast(float, use.arguments[part]) for part in _PARTS}
    before = len(diagnostics.found)
    for part, size in sizes.items():
        if size >= 1 and not size.is_integer():
            diagnostics.error(
                "argument-type",
                f"`{part}` of `split` is {size:g}, neither a share below 1 nor a count",
                use.span_of(part),
                help=f"write `{math.floor(size)}`",
            )
    if not any(sizes.values()):
        diagnostics.error(
            "empty-split",
            "`split` sets nothing apart",
            use.span,
            help="write `split(validation=0.2)`, or remove it",
        )
    _verify_parts(use, source, sizes, diagnostics)
    _verify_sizes(use, source, sizes, diagnostics)
    _verify_order(use, source, diagnostics)
    if any(found.severity == "error" for found in diagnostics.found[before:]):
        return None
    return ir.Split(
        validation=sizes["validation"],
        test=sizes["test"],
        seed=cast("int | None", use.arguments["seed"]),
        stratify=cast(bool, use.arguments["stratify"]),
    )


def _verify_parts(
    use: Use, source: Use, sizes: dict[str, float], diagnostics: Diagnostics
) -> None:
    """A part that the source has cannot be split off, too."""
    entry = cast(SourceEntry, source.entry)
    for part in _PARTS:
        own = [n for n in entry.parts.get(part, ()) if n in source.spans]
        named = [name for name in own if source.arguments[name] is not None]
        if sizes[part] and (named or part in entry.own_parts):
            diagnostics.error(
                "split-conflict",
                f"`{entry.name}` has a {part} part of its own here",
                use.span_of(part),
                help=f"remove `{part}=` from `split`",
                notes=[Note(source.span_of((named or [""])[0]), "it comes from here")],
            )


def _verify_order(use: Use, source: Use, diagnostics: Diagnostics) -> None:
    """The last samples are none to judge by where they are all of one class."""
    drawn = use.arguments["stratify"] or use.arguments["seed"] is not None
    if cast(SourceEntry, source.entry).by_class and not drawn:
        diagnostics.warning(
            "split-by-class",
            f"`split` takes the last samples, and those of `{source.entry.name}` stand "
            "class by class: it takes all of the last classes, and none of the others",
            use.span,
            help="write `stratify=true` in it",
            notes=[Note(source.span, "class by class")],
        )


def _verify_sizes(
    use: Use, source: Use, sizes: dict[str, float], diagnostics: Diagnostics
) -> None:
    """Something must be left for training."""
    count = cast(SourceEntry, source.entry).samples(source.arguments)
    shares = sum(size for size in sizes.values() if size < 1)
    if count is None:
        if shares < 1:
            return
        message = f"`split` sets {shares:.0%} of the samples apart"
    else:
        taken = sum(
            size if size >= 1 else count - math.floor(count * (1 - size))
            for size in sizes.values()
        )
        if taken < count:
            return
        message = f"`split` sets {amount(taken)} samples apart, of {amount(count)}"
    diagnostics.error(
        "split-too-large",
        message,
        use.span,
        help="leave some for training",
    )
