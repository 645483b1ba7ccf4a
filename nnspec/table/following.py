"""Transforms that make windows of what follows on each other: a text, or a series."""

from __future__ import annotations

from typing import cast

from nnspec.table.data_entry import Sliding, TransformEntry
from nnspec.table.entry import Argument, Arguments
from nnspec.table.kinds import Integer, Optional


def _characters(arguments: Arguments) -> Sliding:
    length = cast(int, arguments["length"])
    stride = cast("int | None", arguments["stride"]) or length
    return Sliding(length=length, horizons=(1,), every=1, stride=stride, own=True)


FOLLOWING = (
    TransformEntry(
        "next_characters",
        "Windows of a text: ids of its characters, which are numbered from 0 as they "
        "are sorted, those of the training part. The label is the character after the "
        "window; or, where the network gives one value a place, after each place. "
        "`split` cuts the text before.",
        (
            Argument(
                "length",
                Integer(1),
                doc="how many characters a window has",
                example="64",
            ),
            Argument(
                "stride",
                Optional(Integer(1)),
                None,
                "from the start of a window to that of the next; `none`: its length",
            ),
        ),
        takes="text",
        shape=lambda _, arguments: (cast(int, arguments["length"]),),
        learnt=lambda _: ("data/vocabulary",),
        files=lambda _: ("learn_characters", "character_ids", "sliding"),
        ids=lambda _: None,
        slides=_characters,
    ),
)
