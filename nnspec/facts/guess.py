"""A spec to start from, guessed from the columns of a table."""

from __future__ import annotations

import re
from collections.abc import Callable

from nnspec.facts import Column, Table
from nnspec.facts.doubts import doubts, is_mostly_unique
from nnspec.record import Record

_ID = re.compile(r"(?:^|[^a-z])(?:id|uuid|key|index|rownames?|no|nr|number)$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TIME = re.compile(r"year|month|week|day|date|hour|time|age")
_MOST_CATEGORIES = 50
_MOST_CLASSES = 20  # whole numbers that are classes
_ROWS_OF_A_CLASS = 5  # on average, where numbers are classes
_WORDS = 3  # for what is missing are in a column
_LONG = 8  # words of texts on average: these say something beside other columns
_FEW_ODD = 0.1  # of the cells of a column may be words for what is missing


class Guess(Record):
    """What to do with the columns of a table, and how to end the network.

    `left_out` are columns and why. `named` are columns of numbers and texts that are
    categories, those `beside` the features are texts whose words are taken. `dates` are
    features where there are no others. `classes`
    is 0 where the target is a number. Columns are `called` as a spec names them.
    """

    target: Column
    features: tuple[Column, ...]
    left_out: tuple[tuple[Column, str], ...]
    named: tuple[Column, ...]
    missing: tuple[str, ...]
    classes: int
    words: bool = False
    beside: tuple[Column, ...] = ()
    dates: tuple[Column, ...] = ()
    called: Callable[[Column], str | int] = lambda column: column.name

    @property
    def has_texts(self) -> bool:
        """Whether a feature is a column of texts."""
        texts = (c for c in self.features if c.kind == "texts")
        return any(column not in self.dates for column in texts)

    @property
    def has_numbers(self) -> bool:
        """Whether a feature stays a column of numbers."""
        numbers = (c for c in self.features if c.kind == "numbers")
        return bool(self.dates) or any(c not in self.named for c in numbers)

    @property
    def has_blanks(self) -> bool:
        """Whether a cell of the features is missing."""
        return bool(self.missing) or any(column.blank for column in self.features)


def guess(table: Table, target: Column) -> Guess:
    """What to do with a table; without a feature that could be taken, none are."""
    others = [column for column in table.columns if column is not target]
    left_out = {column: why for column in others if (why := _why_not(column))}
    features = [column for column in others if column not in left_out]
    words, dates = False, tuple[Column, ...]()
    if not features:  # dates tell something, if nothing else does
        dates = tuple(column for column in left_out if column.dates)
        left_out = {c: why for c, why in left_out.items() if c not in dates}
        features = [*dates]
    if not features and (text := _text_of_words(others)):
        features, words = [text], True
        del left_out[text]
    beside = [] if words else [*filter(_is_long, left_out)]
    for text in beside:
        del left_out[text]
    odd = [column for column in features if column.odd]
    missing = (t for c in odd if _is_missing_word(c) for t in c.odd_texts)
    return Guess(
        target=target,
        features=tuple(features),
        left_out=tuple(left_out.items()),
        named=tuple(column for column in odd if not _is_missing_word(column)),
        missing=tuple(dict.fromkeys(missing)),
        classes=_classes(target),
        words=words,
        beside=tuple(beside),
        dates=dates,
        called=table.called,
    )


def _why_not(column: Column) -> str | None:
    """Why a column is no feature, if it is none."""
    if column.kind == "empty":
        return "has no value"
    for doubt in doubts(column):
        if doubt.code == "counting-column" and _TIME.search(column.name.lower()):
            continue
        return doubt.words
    if _is_id(column):
        return "looks like an id"
    categories = column.kind == "texts" or (column.odd and not _is_missing_word(column))
    if categories and column.categories > _MOST_CATEGORIES:
        return f"has {column.categories:,} different texts"
    return None


def _is_id(column: Column) -> bool:
    """Whether a column of different whole numbers is called like an id."""
    name = _CAMEL.sub("_", column.name).lower()
    return column.whole and is_mostly_unique(column) and bool(_ID.search(name))


def _is_missing_word(column: Column) -> bool:
    """Whether the texts among the numbers of a column are words for what is missing."""
    if column.odd is None or column.odd.count > _FEW_ODD * column.rows:
        return False
    few = len(column.odd_texts) <= _WORDS
    return few and not any(map(str.isdigit, "".join(column.odd_texts)))


def _text_of_words(columns: list[Column]) -> Column | None:
    """The column with the longest texts, if these have several words."""
    texts = [c for c in columns if c.kind == "texts" and not c.looks]
    longest = max(texts, key=lambda column: column.words, default=None)
    return longest if longest and longest.words >= 2 else None


def _is_long(column: Column) -> bool:
    """Whether a column holds texts of many words."""
    return column.kind == "texts" and column.words >= _LONG and not column.looks


def _classes(target: Column) -> int:
    """How many classes the target has, 0 if it is a number."""
    if target.kind == "texts" or target.odd:
        return target.categories
    often = target.distinct * _ROWS_OF_A_CLASS <= target.rows
    few = target.distinct == 2 or (target.whole and target.distinct <= _MOST_CLASSES)
    return target.distinct if few and often else 0
