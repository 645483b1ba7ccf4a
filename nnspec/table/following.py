"""Transforms that make windows of what follows on each other: a text, or a series."""

from __future__ import annotations

from typing import cast

from nnspec.table.data_entry import Sliding, TransformEntry
from nnspec.table.entry import Argument, Arguments, Misfit, Shape
from nnspec.table.kinds import AnyOf, Integer, ListOf, Optional


def _characters(arguments: Arguments) -> Sliding:
    length = cast(int, arguments["length"])
    stride = cast("int | None", arguments["stride"]) or length
    return Sliding(length=length, horizons=(1,), every=1, stride=stride, own=True)


def _rows(arguments: Arguments) -> Sliding:
    length, every, stride = (
        cast(int, arguments[name]) for name in ("length", "every", "stride")
    )
    given = cast("int | tuple[int, ...]", arguments["horizon"])
    horizons = given if isinstance(given, tuple) else (given,)
    return Sliding(length=length, horizons=horizons, every=every, stride=stride)


def _each_once(arguments: Arguments) -> None:
    given = arguments["horizon"]
    if isinstance(given, tuple) and len({*given}) < len(given):
        doubled = next(n for n in given if given.count(n) > 1)
        raise Misfit(
            f"the horizon {doubled} stands there twice",
            "write each once",
            code="argument-type",
            argument="horizon",
        )


def _rows_shape(shape: Shape | None, arguments: Arguments) -> Shape | None:
    return None if shape is None else (cast(int, arguments["length"]), *shape)


FOLLOWING = (
    TransformEntry(
        "windows",
        "Windows of rows that follow on each other, for series. The label of a window "
        "is the target some rows after its last, and the target may be among the "
        "features. `split` cuts the rows before; other transforms are of rows, too.",
        (
            Argument(
                "length", Integer(1), doc="how many rows a window has", example="24"
            ),
            Argument(
                "horizon",
                AnyOf((Integer(1), ListOf(Integer(1)))),
                1,
                "so many rows after the last of a window stands its label; of a list, "
                "such as `[1, 6, 24]`, each gives the targets there units of their own",
            ),
            Argument("every", Integer(1), 1, "from a row of a window to the next one"),
            Argument(
                "stride",
                Integer(1),
                1,
                "from the start of a window to that of the next; predictions are for "
                "each row that has a whole window",
            ),
        ),
        agree=_each_once,
        shape=_rows_shape,
        files=lambda _: ("sliding",),
        slides=_rows,
    ),
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
