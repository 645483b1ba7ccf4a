"""What is odd about a column, before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nnspec.facts import Column, Looks
from nnspec.record import Record

LEAST_ROWS = 10  # fewer say little

Code = Literal["counting-column", "unique-texts", "copy-of-target", "texts-of-numbers"]

#: What texts are, in words.
_LOOKS: dict[Looks, str] = {
    "decimal comma": "numbers with a decimal comma",
    "per cent": "numbers with a per cent sign",
    "currency": "numbers with a currency sign",
    "thousands": "numbers with thousands set apart",
    "date": "dates",
}


class Doubt(Record):
    """A code for a doubt, and what is said of the column: its name stands before it."""

    code: Code
    words: str


def doubts(column: Column) -> Iterator[Doubt]:
    """What may be no feature, or is read as something else than is meant."""
    if column.looks:
        yield Doubt("texts-of-numbers", f"holds {_LOOKS[column.looks]}{_such(column)}")
    if column.rows < LEAST_ROWS:
        return
    if column.counts:
        yield Doubt("counting-column", "counts the rows")
    elif column.kind == "texts" and not column.looks and is_mostly_unique(column):
        differ = f"{column.distinct:,} different texts in {column.rows:,} rows"
        yield Doubt("unique-texts", f"has {differ}")
    if column.twin:
        yield Doubt("copy-of-target", "tells the target exactly")


def is_mostly_unique(column: Column) -> bool:
    """Whether a value stands in less than two rows on average."""
    return column.distinct * 2 > column.rows


def _such(column: Column) -> str:
    if column.kind == "texts":
        return f", such as `{column.common[0][0]}`"
    return f", such as `{column.odd.text}`" if column.odd else ""
