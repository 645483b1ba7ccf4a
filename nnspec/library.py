"""What the names of a spec stand for: entries of the table, or its own definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from nnspec.record import EMPTY, Record
from nnspec.table import TABLE
from nnspec.table.entry import Entry

Table = Mapping[str, Mapping[str, Entry]]


class Library(Record):
    """The entries by category and name; a spec's `own` ones hide those of the table."""

    table: Table = TABLE
    own: Table = EMPTY

    @cached_property
    def _entries(self) -> Table:
        own = self.own
        return {
            category: {**known, **own[category]} if own.get(category) else known
            for category, known in self.table.items()
        }

    def __getitem__(self, category: str) -> Mapping[str, Entry]:
        """The entries of a category by name, none for one that there is not."""
        return self._entries.get(category, {})

    def __iter__(self) -> Iterator[str]:
        """The categories."""
        return iter(self._entries)


#: What a spec can name that defines nothing itself.
LANGUAGE = Library()
