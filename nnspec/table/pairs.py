"""The kind of values that are pairs, `[key: value, ...]`."""

from __future__ import annotations

from typing import cast

from nnspec.diagnostics import Fix
from nnspec.record import Record
from nnspec.source import Span
from nnspec.table.kinds import Kind, Mismatch, ReadEntry
from nnspec.values import PairOf, Resolved, Symbol


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


class ByOutput(Record):
    """Pairs of an output and its value, or one value of the kind `whole` for all.

    Without a `whole` there must be pairs. Else these are known by values that are no
    numbers: a class, too, has a weight.
    """

    each: Kind
    whole: Kind | None = None

    def describe(self) -> str:
        """In words."""
        if self.whole:
            return self.whole.describe()
        return f"pairs of an output and {self.each.describe()}, such as `[price: 0.5]`"

    def read(self, value: Resolved, read_entry: ReadEntry) -> object:
        """What the kind `whole` reads, or a `ForOutputs`."""
        items = value.value if isinstance(value.value, tuple) else ()
        if self.whole and not (items and all(map(_is_of_output, items))):
            return self.whole.read(value, read_entry)
        if not items:
            raise Mismatch
        return ForOutputs(tuple(self._pair(item, read_entry) for item in items))

    def _pair(self, item: Resolved, read_entry: ReadEntry) -> Pair:
        pair = item.value
        if not isinstance(pair, PairOf):
            raise Mismatch(item=item)
        key = pair.name or pair.key
        if not isinstance(key.value, Symbol):
            raise Mismatch(_named(key), key)
        try:
            value = self.each.read(pair.value, read_entry)
        except Mismatch as mismatch:
            help = mismatch.help or f"an output has {self.each.describe()}"
            raise Mismatch(help, mismatch.item or pair.value) from None
        return Pair(key.value.name, value, key.span)


class ForOutputs(Record):
    """Pairs of the name of an output, or of an input, and its value."""

    pairs: tuple[Pair, ...]

    def get(self, name: str) -> object:
        """The value for a name, None if there is none."""
        return next((pair.value for pair in self.pairs if pair.key == name), None)

    @property
    def items(self) -> tuple[object, ...]:
        """What stands in the lists that the values are, each once, in their order."""
        lists = (cast("tuple[object, ...]", pair.value) for pair in self.pairs)
        return tuple(dict.fromkeys(item for each in lists for item in each))


def given_to(value: object, name: str) -> object:
    """What a setting gives to an input or output: the same to all, or by its name."""
    return value.get(name) if isinstance(value, ForOutputs) else value


def _is_of_output(item: Resolved) -> bool:
    pair = item.value
    return isinstance(pair, PairOf) and not isinstance(pair.value.value, int | float)


def _named(key: Resolved) -> str:
    """The way out for a key that is no name."""
    if isinstance(key.value, str) and key.value.isidentifier():
        return Fix(f"write `{key.value}` without the quotes", text=key.value)
    return "write the name of an output before the `:`"
