"""What there is to say of a column, from its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from nnspec.facts import Cells, Column
from nnspec.facts.looks import looks_like
from nnspec.facts.runtime import runtime
from nnspec.record import Record, replace

_COMMON = 10  # values that are kept


class Texts(Record):
    """The cells of a column, and where each is; the first ones are for training."""

    name: str
    cells: Sequence[str]
    places: Sequence[str]
    training: int
    missing: Mapping[str, Collection[str]]

    def blanks(self, kind: str) -> set[str]:
        """The different texts of a kind of columns that stand for a missing value."""
        words = self.missing[kind]
        return {text for text in {*self.cells} if text.lower() in words}

    def holding(self, wanted: Collection[str], start: int = 0) -> Cells | None:
        """The cells that hold one of some texts."""
        if not wanted:
            return None
        rows = [i for i in range(start, len(self.cells)) if self.cells[i] in wanted]
        if not rows:
            return None
        return Cells(len(rows), self.places[rows[0]], self.cells[rows[0]])


def column(texts: Texts, target: Sequence[str] | None = None) -> Column:
    """The facts of a column; `target` are the cells that it may be a copy of."""
    finite = runtime("finite_number")
    counts = Counter(texts.cells)
    known = {*texts.cells[: texts.training]}
    numbers = {text: float(text) for text in counts if finite(text)}
    for words in ("numbers", "texts"):
        blanks = texts.blanks(words)
        kind = _kind(known - blanks, numbers)
        if kind == words:
            break
    known -= blanks
    numbers = {text: x for text, x in numbers.items() if text not in blanks}
    values = {text: n for text, n in counts.items() if text not in blanks}
    others = values.keys() - numbers.keys()
    found = Column(
        name=texts.name,
        kind=kind,
        rows=len(texts.cells),
        distinct=len({*numbers.values()} if kind == "numbers" else values),
        categories=len(known),
        blank=texts.holding(blanks),
        odd=texts.holding(others) if kind == "numbers" else None,
        odd_texts=tuple(sorted(others)[:_COMMON]) if kind == "numbers" else (),
        unseen=texts.holding(values.keys() - known, texts.training),
        looks=looks_like(others) if others else None,
        common=tuple(sorted(values.items(), key=lambda v: (-v[1], v[0]))[:_COMMON]),
        twin=target is not None and _tell_each_other(texts.cells, target),
        longest=max(map(len, values), default=0),
        words=_words(values),
    )
    return _measured(found, numbers, values) if kind == "numbers" else found


def _kind(
    known: set[str], numbers: dict[str, float]
) -> Literal["numbers", "texts", "empty"]:
    """As scripts find it out, by the training part."""
    if not known:
        return "empty"
    return "texts" if known.isdisjoint(numbers) else "numbers"


def _measured(
    found: Column, numbers: dict[str, float], values: dict[str, int]
) -> Column:
    """A column of numbers with what they are."""
    low, high = min(numbers.values()), max(numbers.values())
    count = sum(values[text] for text in numbers)
    whole = all(number.is_integer() for number in numbers.values())
    complete = found.distinct == found.rows
    return replace(
        found,
        low=low,
        high=high,
        mean=sum(number / count * values[text] for text, number in numbers.items()),
        whole=whole,
        counts=whole and complete and high - low == found.rows - 1,
    )


def _words(values: dict[str, int]) -> float:
    """How many words a text has, on average."""
    total = sum(values.values())
    return sum(len(t.split()) * n for t, n in values.items()) / total if total else 0.0


def _tell_each_other(cells: Sequence[str], target: Sequence[str]) -> bool:
    """Whether each value stands beside one of the target's only, and the other way.

    That is no wonder where nearly all values differ.
    """
    pairs = {*zip(cells, target, strict=True)}
    few = len(pairs) * 2 <= len(cells) and len(pairs) > 1
    alike = few or all(a == b for a, b in pairs)
    return alike and len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(
        pairs
    )
