"""Tables that stay on disk: what they do not go with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from nnspec.diagnostics import Diagnostics, Note
from nnspec.source import Span
from nnspec.table.data_entry import TransformEntry, slides
from nnspec.table.entry import Use
from nnspec.table.pairs import ForOutputs


def verify_on_disk(
    use: Use, transforms: Sequence[Use], diagnostics: Diagnostics
) -> None:
    """Report what needs a table in memory."""
    if not use.arguments["on_disk"]:
        return
    for what, place in _in_memory(use, transforms):
        diagnostics.error(
            "argument-conflict",
            f"{what} need the table in memory, which `on_disk` of `csv` keeps out",
            use.span_of("on_disk"),
            help="remove `on_disk`; `sample=10000` trains on so many rows",
            notes=[Note(place, "these")],
        )


def _in_memory(use: Use, transforms: Sequence[Use]) -> Iterator[tuple[str, Span]]:
    """What does, and where it is written."""
    if isinstance(use.arguments["features"], ForOutputs):
        yield "several inputs", use.span_of("features")
    for transform in transforms:
        entry = cast(TransformEntry, transform.entry)
        name = f"`{entry.name}`"
        if entry.name == "reconstruct":
            yield f"the labels of {name}", transform.span
        elif slides(transform):
            yield f"the windows of {name}", transform.span
        elif entry.takes == "texts":
            yield f"the words of {name}", transform.span
