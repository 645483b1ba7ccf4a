"""The text of a spec, and places in it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from nnspec.record import Record


def on_one_line(text: str) -> str:
    """A text as a message shows it: blanks for line ends and what cannot be shown."""
    return "".join(c if c.isprintable() else " " for c in text)


class Span(Record):
    """Characters `start` up to, not including, `end` of a source (offsets from 0)."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(self.start, other.end)


class Source(Record):
    """A spec's text under the name that messages use for it."""

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        return [
            0,
            *(i + 1 for i, character in enumerate(self.text) if character == "\n"),
        ]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line ending."""
        starts = self._line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")
