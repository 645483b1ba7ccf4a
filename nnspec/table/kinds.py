"""The kinds of values that an argument can take.

A kind reads a resolved value (`nnspec.values`) into the Python value that the rest of
the compiler works with, or raises `Mismatch`. `describe` completes "needs ...".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Protocol, cast

from nnspec.diagnostics import Fix, did_you_mean
from nnspec.record import Record
from nnspec.values import Resolved, Symbol

_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Mismatch(Exception):
    """A value that is not of the kind; `help` may tell a way out.

    `item` is what does not fit, where that is an item of a list, and `more` are the
    mismatches of others.
    """

    def __init__(
        self,
        help: str | None = None,
        item: Resolved | None = None,
        more: tuple[Mismatch, ...] = (),
    ) -> None:
        super().__init__(help)
        self.help = help
        self.item = item
        self.more = more


class AlreadyReported(Exception):
    """A value inside which an error has been reported already."""


#: Reads a name or call as a use of an entry of a category. Raises `Mismatch` where the
#: value is neither, and `AlreadyReported` where it is in error.
ReadEntry = Callable[[str, Resolved], object]


class Kind(Protocol):
    """What an argument can be."""

    def describe(self) -> str:
        """The kind in words: "an integer of at least 1"."""
        ...

    def read(self, value: Resolved, read_entry: ReadEntry) -> object:
        """The Python value, or `Mismatch`."""
        ...


def _range(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}"
    if minimum is not None:
        return f" of at least {minimum}"
    return f" of at most {maximum}" if maximum is not None else ""


def _inside(value: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or value >= minimum) and (
        maximum is None or value <= maximum
    )


def _unquoted(value: object) -> Fix | None:
    """The way out for a number or another value in quotes."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    words = {"True": "true", "False": "false", "None": "none"}
    text = words.get(text, text)
    if text not in words.values() and not _NUMBER.fullmatch(text):
        return None
    return Fix(f"write `{text}` without the quotes", text=text)


class Integer(Record):
    """An int; a float is none, whatever its value.

    `none` is the way out told to who writes `none`.
    """

    minimum: int | None = None
    maximum: int | None = None
    none: str | None = None

    def describe(self) -> str:
        """In words."""
        if self.minimum is not None and self.minimum == self.maximum:
            return str(self.minimum)
        return f"an integer{_range(self.minimum, self.maximum)}"

    def read(self, value: Resolved, read_entry: ReadEntry) -> int:
        """The int."""
        number = value.value
        if number is None:
            raise Mismatch(self.none)
        if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
            whole = int(number)
            help = f"write `{whole}`; `//` divides without a fraction"
            raise Mismatch(Fix(help, text=str(whole)))
        if isinstance(number, bool) or not isinstance(number, int):
            raise Mismatch(_unquoted(number))
        if not _inside(number, self.minimum, self.maximum):
            raise Mismatch
        return number


class Real(Record):
    """A number, read as a float; `above` and `below` are bounds it must not touch."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None

    def describe(self) -> str:
        """In words."""
        words = f"a number{_range(self.minimum, self.maximum)}"
        if self.above is not None:
            words += f" above {self.above}"
        if self.below is not None:
            words += f" {'and ' * (words != 'a number')}below {self.below}"
        return words

    def read(self, value: Resolved, read_entry: ReadEntry) -> float:
        """The float."""
        if isinstance(value.value, bool) or not isinstance(value.value, int | float):
            raise Mismatch(_unquoted(value.value))
        try:
            number = (
                value.value if isinstance(value.value, float) else float(value.value)
            )
        except OverflowError:
            raise Mismatch from None
        if not math.isfinite(number) or not self._holds(number):
            is_share = self.minimum == 0 and 1 in (self.maximum, self.below)
            share = f"{number / 100:g}"
            percent = Fix(f"{number:g} percent are written `{share}`", text=share)
            raise Mismatch(percent if is_share and 10 <= number <= 100 else None)
        return number

    def _holds(self, number: float) -> bool:
        return (
            _inside(number, self.minimum, self.maximum)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        )


class Flag(Record):
    """`true` or `false`."""

    def describe(self) -> str:
        """In words."""
        return "`true` or `false`"

    def read(self, value: Resolved, read_entry: ReadEntry) -> bool:
        """The bool."""
        if not isinstance(value.value, bool):
            raise Mismatch(_unquoted(value.value))
        return value.value


class String(Record):
    """A string in quotes; `what` says what it names, as in "a path in quotes"."""

    what: str = "a string"
    example: str = ""

    def describe(self) -> str:
        """In words."""
        return f'{self.what} in quotes, such as "{self._example()}"'

    def _example(self) -> str:
        if self.example:
            return self.example
        return "data.csv" if "path" in self.what else "name"

    def read(self, value: Resolved, read_entry: ReadEntry) -> str:
        """The str."""
        if isinstance(value.value, Symbol):
            quoted = f'"{value.value.name}"'
            raise Mismatch(Fix(f"write it in quotes: {quoted}", text=quoted))
        if not isinstance(value.value, str):
            raise Mismatch
        return value.value


class Choice(Record):
    """One of a few names, in quotes or not, as Keras has them and as we have.

    `none` is the way out told to who writes `none`.
    """

    names: tuple[str, ...]
    none: str | None = None

    def describe(self) -> str:
        """In words."""
        names = ", ".join(f"`{name}`" for name in self.names)
        return f"one of {names}" if len(self.names) > 1 else names

    def read(self, value: Resolved, read_entry: ReadEntry) -> str:
        """The name."""
        if value.value is None:
            raise Mismatch(self.none)
        name = value.value.name if isinstance(value.value, Symbol) else value.value
        if not isinstance(name, str):
            raise Mismatch
        if name not in self.names:
            raise Mismatch(did_you_mean(name, self.names))
        return name


class Optional(Record):
    """Another kind, or `none`, which is read as None."""

    kind: Kind

    def describe(self) -> str:
        """In words."""
        return f"{self.kind.describe()}, or `none`"

    def read(self, value: Resolved, read_entry: ReadEntry) -> object:
        """The other kind's value, or None."""
        return None if value.value is None else self.kind.read(value, read_entry)


class ListOf(Record):
    """A list or tuple of another kind; with `or_one`, a single one too. A tuple."""

    kind: Kind
    or_one: bool = False

    def describe(self) -> str:
        """In words."""
        words = self.kind.describe()
        if self.or_one:
            return f"{words}, or a list of such"
        return f"a list, each item {words}"

    def read(self, value: Resolved, read_entry: ReadEntry) -> tuple[object, ...]:
        """The items' values."""
        if isinstance(value.value, tuple):
            return self._read_items(value.value, read_entry)
        if self.or_one:
            return (self.kind.read(value, read_entry),)
        raise Mismatch

    def _read_items(
        self, items: tuple[Resolved, ...], read_entry: ReadEntry
    ) -> tuple[object, ...]:
        """Every item, so that an error in one does not hide those in the others."""
        found: list[object] = []
        misfits: list[Mismatch] = []
        for item in items:
            try:
                found.append(self.kind.read(item, read_entry))
            except AlreadyReported:
                continue
            except Mismatch as mismatch:
                misfits.append(Mismatch(mismatch.help, mismatch.item or item))
        if misfits:
            first, *more = misfits
            raise Mismatch(first.help, first.item, tuple(more))
        if len(found) < len(items):
            raise AlreadyReported
        return tuple(found)


class Ascending(Record):
    """A list of one or more integers, each above the one before. A tuple."""

    kind: Integer

    def describe(self) -> str:
        """In words."""
        return f"a list, each item {self.kind.describe()} and above the one before"

    def read(self, value: Resolved, read_entry: ReadEntry) -> tuple[object, ...]:
        """The integers."""
        numbers = ListOf(self.kind).read(value, read_entry)
        if not numbers:
            raise Mismatch
        items = cast("tuple[Resolved, ...]", value.value)
        for before, item in pairwise(items):
            if cast(int, item.value) <= cast(int, before.value):
                raise Mismatch(item=item)
        return numbers


class AnyOf(Record):
    """The first of several kinds that accepts the value."""

    kinds: tuple[Kind, ...]

    def describe(self) -> str:
        """In words."""
        return ", or ".join(kind.describe() for kind in self.kinds)

    def read(self, value: Resolved, read_entry: ReadEntry) -> object:
        """The value as that kind reads it."""
        found: list[Mismatch] = []
        for kind in self.kinds:
            try:
                return kind.read(value, read_entry)
            except Mismatch as mismatch:
                found.append(mismatch)
        helps = [mismatch.help for mismatch in found if mismatch.help]
        items = [mismatch for mismatch in found if mismatch.item]
        item, more = (items[0].item, items[0].more) if items else (None, ())
        raise Mismatch(helps[0] if helps else None, item, more)


class OneOf(Record):
    """A use of an entry of another category: an activation, an initializer, ..."""

    category: str

    def describe(self) -> str:
        """In words."""
        article = "an" if self.category[0] in "aeiou" else "a"
        return f"{article} {self.category}"

    def read(self, value: Resolved, read_entry: ReadEntry) -> object:
        """The use."""
        return read_entry(self.category, value)
