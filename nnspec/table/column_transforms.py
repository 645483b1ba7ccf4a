"""Transforms that make features of some columns of a table."""

from __future__ import annotations

from typing import cast

from nnspec.facts import Column
from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import Argument, Arguments, Misfit
from nnspec.table.kinds import AnyOf, Integer, ListOf, Optional, String
from nnspec.table.words import PartName

COLUMN = AnyOf((String("a column"), Integer()))
COLUMNS = ListOf(COLUMN, or_one=True)

#: What `dates` makes of a date: year, month, day, weekday, days since the first.
DATE_FEATURES = 5


def _in_order(arguments: Arguments) -> None:
    texts = cast("tuple[str, ...]", arguments["texts"])
    if len(texts) < 2 or len({*texts}) < len(texts):
        raise Misfit(
            "`ordinal` needs two texts or more, each of them once",
            code="argument-type",
            argument="texts",
        )


def _dates_width(_: Column, taken: bool, __: Arguments) -> int:
    return DATE_FEATURES if taken else 1


COLUMN_TRANSFORMS = (
    TransformEntry(
        "category_ids",
        "Categories as ids for an `embedding`: from 1 on in sorted order, and 0 for "
        "those that the training part does not have.",
        (
            Argument(
                "columns",
                Optional(AnyOf((COLUMNS, PartName()))),
                None,
                "which columns of a table, numbers or texts, or input of several; "
                "`none` takes every column of texts that no other transform names",
                aliases=("of",),
            ),
        ),
        categories=True,
        opens=lambda _: True,
        ids=lambda _: None,
        files=lambda arguments: (
            *(("columns_of",) if arguments["columns"] else ()),
            "verify_id_counts",
            "tell_unknown",
        ),
    ),
    TransformEntry(
        "ordinal",
        "A column of texts that have an order, as 0, 1, 2, ...; another text is an "
        "error.",
        (
            Argument(
                "column",
                COLUMN,
                doc="the column of a table",
                example='"size"',
                aliases=("of",),
            ),
            Argument(
                "texts",
                ListOf(String("a text")),
                doc="all that it holds, in their order",
                example='["S", "M", "L"]',
            ),
        ),
        agree=_in_order,
        categories=True,
        once=False,
        order=lambda arguments: cast("tuple[str, ...]", arguments["texts"]),
        files=lambda _: ("find_columns", "put_in_order"),
    ),
    TransformEntry(
        "dates",
        "Dates as five features each: year, month, day, weekday (0 is Monday), and the "
        "days since the first date of the training part.",
        (
            Argument(
                "columns",
                COLUMNS,
                doc="the columns of a table",
                example='"day"',
                aliases=("of",),
            ),
            Argument(
                "format",
                Optional(String("a format")),
                None,
                'how they are written, in the signs of Python: `"%d.%m.%Y"`; `none` '
                "takes year, month and day, with a time after them or without",
            ),
        ),
        shape=lambda _, __: None,
        width=_dates_width,
        reads=True,
        once=False,
        files=lambda _: ("learn_dates", "expand_dates"),
    ),
)
