"""Sources of data."""

from __future__ import annotations

from nnspec.table.entry import Entry

SOURCES: tuple[Entry, ...] = ()
