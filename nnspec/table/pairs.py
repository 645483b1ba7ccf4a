"""The kind of values that are pairs, `[key: value, ...]`."""

from __future__ import annotations

from nnspec.record import Record
from nnspec.source import Span
from nnspec.table.kinds import Kind, Mismatch, ReadEntry
from nnspec.values import PairOf, Resolved


class Pair(Record):
    """An item of `[key: value]`; `span` is the place of its key."""

    key: object
    value: object
    span: Span


class PairsOf(Record):
    """A list of pairs, each of a key and a value. A tuple of `Pair`.

    `names` are what keys and values are called, as in ("class", "weight").
    """

    names: tuple[str, str]
    key: Kind
    value: Kind
    example: str

    def describe(self) -> str:
        """In words."""
        key, value = self.names
        return f"pairs of {key} and {value}, such as `{self.example}`"

    def read(self, value: Resolved, read_entry: ReadEntry) -> tuple[Pair, ...]:
        """The pairs, in their order; a key may be there twice."""
        items = value.value if isinstance(value.value, tuple) else ()
        if not items:
            raise Mismatch
        return tuple(self._pair(item, read_entry) for item in items)

    def _pair(self, item: Resolved, read_entry: ReadEntry) -> Pair:
        pair = item.value
        if not isinstance(pair, PairOf):
            raise Mismatch(item=item)
        key = self._part(0, self.key, pair.key, read_entry)
        value = self._part(1, self.value, pair.value, read_entry)
        return Pair(key, value, pair.key.span)

    def _part(
        self, place: int, kind: Kind, part: Resolved, read_entry: ReadEntry
    ) -> object:
        try:
            return kind.read(part, read_entry)
        except Mismatch as mismatch:
            usual = f"a {self.names[place]} is {kind.describe()}"
            raise Mismatch(mismatch.help or usual, part) from None
