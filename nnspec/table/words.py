"""Kinds of values that are words: names of values, of the history, a character."""

from __future__ import annotations

from nnspec.record import Record
from nnspec.syntax import nodes
from nnspec.table.kinds import Mismatch, ReadEntry
from nnspec.values import Resolved, Symbol


class HistoryName(Record):
    """The name of a value in the history, in quotes or without; read as a str."""

    def describe(self) -> str:
        """In words."""
        return "a name of the history, such as `val_loss`"

    def read(self, value: Resolved, read_entry: ReadEntry) -> str:
        """The name."""
        name = value.value.name if isinstance(value.value, Symbol) else value.value
        if not isinstance(name, str):
            raise Mismatch
        return name


class ValueName(Record):
    """The name of a value of the network, where no `let` is looked up; a `Name`."""

    def describe(self) -> str:
        """In words."""
        return "the name of a value, given by `as`"

    def read(self, value: Resolved, read_entry: ReadEntry) -> nodes.Name:
        """The name, and where it stands."""
        if not isinstance(value.value, Symbol):
            raise Mismatch
        return nodes.Name(value.span, value.value.name)


class PartName(Record):
    """The name of an input or output, in no quotes; a `Symbol`."""

    def describe(self) -> str:
        """In words."""
        return "the name of an input or output"

    def read(self, value: Resolved, read_entry: ReadEntry) -> Symbol:
        """The name."""
        if not isinstance(value.value, Symbol):
            raise Mismatch
        return value.value


class Character(Record):
    """A string of one character, which is no quote or newline."""

    def describe(self) -> str:
        """In words."""
        return 'a character in quotes, such as ";"'

    def read(self, value: Resolved, read_entry: ReadEntry) -> str:
        """The str."""
        text = value.value
        if not isinstance(text, str) or len(text) != 1 or text in '"\r\n\0':
            raise Mismatch
        return text
