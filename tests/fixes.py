"""Applies what help lines say, as an editor would: text in place of text."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec.diagnostics import Diagnostic, Edit
from nnspec.formats import as_json
from nnspec.source import Source


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits done."""
    for edit in sorted(edits, key=lambda e: e.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def all_applied(source: Source, found: Iterable[Diagnostic]) -> str:
    """The text with every fix of `check --format json` that no other one touches."""
    lines = source.text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    done: list[tuple[int, int, str]] = []
    for finding in as_json(source, found):
        edits = [
            (
                starts[edit["line"] - 1] + edit["column"] - 1,
                starts[edit["end_line"] - 1] + edit["end_column"] - 1,
                edit["text"],
            )
            for edit in finding["fix"]
        ]
        if not any(touches(one, other) for one in edits for other in done):
            done += edits
    text = source.text
    for start, end, new in sorted(done, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def touches(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether two edits change the same text."""
    return (one[0] < other[1] and other[0] < one[1]) or one[:2] == other[:2]
