"""Diagnostics for people: the lines that they are about, as a terminal shows them.

Everything here is pure: a source and what was found in it go in, text comes out.
Nothing of a spec, of its name or of a message reaches a terminal as a control
character.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from nnspec.colors import BLUE, GREEN, RED, YELLOW, paint
from nnspec.diagnostics import NOWHERE, Diagnostic, Severity
from nnspec.record import Record
from nnspec.source import Source, Span

_TAB = " " * 4
_ELLIPSIS = "..."
_LINE_CELLS = 88  # leaves room for the gutter in a terminal of 100 columns
_LEAST_CONTEXT = 8
_MOST = 20  # findings that are shown; later ones often come of the first

_SEVERITY_COLOR: dict[Severity, str] = {"error": RED, "warning": YELLOW}

# What a terminal could obey, or show nothing of: control and format characters,
# surrogates, line and paragraph separators.
_CONTROL = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # format characters that many scripts need
# What adds to the emoji before it and takes no cells: a part, a skin tone.
_JOINED = re.compile(
    r"\u200d[^\w\s\0-\x7f]\ufe0f?|(?<=[^\w\s\0-\x7f])[\U0001f3fb-\U0001f3ff]"
)
_EMOJI_STYLED = re.compile(r"\S\ufe0f")  # a symbol in its wide, coloured form
_WIDE = "\u3000"


def text(
    source: Source, diagnostics: Iterable[Diagnostic], *, color: bool = False
) -> str:
    """The diagnostics in the order given, each with the lines that it is about.

    Every line ends with a newline; no diagnostics give the empty string. More than
    one diagnostic is followed by a line that counts them. Of very many the first are
    shown, errors before warnings.
    """
    found = list(diagnostics)
    shown = _first(found)
    lines = [f"{line}\n" for d in shown for line in ("", *_block(source, d, color))]
    if len(found) > 1:
        hidden = len(found) - len(shown)
        more = f"; the first {len(shown)} are shown" if hidden else ""
        lines += ["\n", f"{count(found)}{more}\n"]
    return "".join(lines[1:])


def _first(found: list[Diagnostic]) -> list[Diagnostic]:
    """As many as are read at once, in their order, warnings left out first."""
    kept = sorted(found, key=lambda d: d.severity != "error")[:_MOST]
    return [d for d in found if d in kept]


# --- text: one diagnostic


def _block(source: Source, diagnostic: Diagnostic, color: bool) -> Iterator[str]:
    """The lines of one diagnostic, its header first."""
    severity = _SEVERITY_COLOR[diagnostic.severity]
    header = paint(f"{diagnostic.severity}[{diagnostic.code}]", severity, color)
    yield f"{header}: {harmless(diagnostic.message)}".rstrip()
    rows = _rows if diagnostic.span != NOWHERE else _rows_of_none
    for gutter, content in rows(source, diagnostic, color):
        yield paint(gutter, BLUE, color) + f" {content}".rstrip()


def _rows(
    source: Source, diagnostic: Diagnostic, color: bool
) -> Iterator[tuple[str, str]]:
    """Gutter and content of each line below the header."""
    marks = _marks_by_line(source, diagnostic)
    digits = len(str(max(marks)))
    blank = " " * (digits + 2)
    line, column = source.position(diagnostic.span.start)
    yield f"{blank[1:]}-->", f"{harmless(source.name)}:{line}:{column}"
    yield f"{blank}|", ""
    previous = min(marks)
    for number in sorted(marks):
        if number > previous + 1:
            yield _ELLIPSIS, ""
        previous = number
        excerpt = _excerpt(source.line(number), marks[number])
        yield f" {number:>{digits}} |", excerpt.shown()
        strokes = {"^": _SEVERITY_COLOR[diagnostic.severity], "-": BLUE}
        for row in _underlines(excerpt, marks[number]):
            yield f"{blank}|", _drawn(row, strokes, color)
    yield from _help(f"{blank}=", diagnostic.help, color)


def _rows_of_none(
    source: Source, diagnostic: Diagnostic, color: bool
) -> Iterator[tuple[str, str]]:
    """The rows of what has no place in the spec."""
    yield " -->", harmless(source.name)
    yield from _help("  =", diagnostic.help, color)


def _help(gutter: str, help: str | None, color: bool) -> Iterator[tuple[str, str]]:
    """The lines of the help, those after the first of a text to write."""
    first, *more = (help or "").split("\n")
    if help is not None:
        yield gutter, f"{paint('help:', GREEN, color)} {harmless(first)}"
    for line in more:
        yield "", f"{' ' * len(gutter)} {harmless(line)}"


def count(found: list[Diagnostic]) -> str:
    """How many there are of each severity: `2 errors, 1 warning`."""
    severities = [d.severity for d in found]
    counts = [(severities.count(s), s) for s in _SEVERITY_COLOR]
    return ", ".join(f"{n} {s}{'s' if n > 1 else ''}" for n, s in counts if n)


# --- text: which characters of which lines are marked


class _Mark(Record):
    """A stroke under characters `start` up to `end` of a line (from 0)."""

    start: int
    end: int
    stroke: str
    label: str


def _marks_by_line(source: Source, diagnostic: Diagnostic) -> dict[int, list[_Mark]]:
    """The marks of each line that has any, those of the primary span first."""
    lines: dict[int, list[_Mark]] = {}
    spans = [(note.span, "-", note.message) for note in diagnostic.notes]
    for span, stroke, label in [(diagnostic.span, "^", ""), *spans]:
        for number, mark in _marks(source, span, stroke, harmless(label)):
            lines.setdefault(number, []).append(mark)
    return lines


def _marks(
    source: Source, span: Span, stroke: str, label: str
) -> Iterator[tuple[int, _Mark]]:
    """One mark, or two at the first and last line of a span over several lines."""
    # The line ending after a statement is no reason to mark the next line.
    length = len(source.text[span.start : span.end].rstrip("\r\n"))
    first, start = source.position(span.start)
    last, end = source.position(span.start + max(length - 1, 0))
    if first == last:
        yield first, _Mark(start - 1, start - 1 + length, stroke, label)
    else:
        yield first, _Mark(start - 1, len(source.line(first)), stroke, label)
        line = source.line(last)
        indent = len(line) - len(line.lstrip())
        yield last, _Mark(min(indent, end - 1), end, stroke, "")


def _underlines(
    excerpt: _Excerpt, marks: list[_Mark]
) -> Iterator[list[tuple[int, int, str]]]:
    """The lines under an excerpt: where each stroke starts and ends, and the stroke.

    Marks share a line where they leave each other room. The primary mark comes first,
    so that nothing pushes it away from its line.
    """
    rows: list[list[tuple[int, int, str]]] = []
    for mark in marks:
        left, right = excerpt.cells(mark)
        drawn = f"{mark.stroke * (right - left)} {mark.label}".rstrip()
        end = left + _width(drawn) + 2
        for row in rows:
            if all(end <= other_left or left >= other for other_left, other, _ in row):
                row.append((left, end, drawn))
                break
        else:
            rows.append([(left, end, drawn)])
    yield from map(sorted, rows)


def _drawn(
    row: list[tuple[int, int, str]], strokes: dict[str, str], color: bool
) -> str:
    """Strokes with their labels, each at its place."""
    line, cell = "", 0
    for left, _, drawn in row:
        line += " " * (left - cell) + paint(drawn, strokes[drawn[0]], color)
        cell = left + _width(drawn)
    return line


# --- text: lines as a terminal shows them


class _Excerpt(Record):
    """A line, and the parts of it (ascending, apart) that are shown."""

    line: str
    parts: tuple[tuple[int, int], ...]

    def shown(self) -> str:
        """The parts, with an ellipsis for each piece left out."""
        cut = self.parts[-1][1] < len(self.line)
        return self._before(len(self.line)) + (_ELLIPSIS if cut else "")

    def cells(self, mark: _Mark) -> tuple[int, int]:
        """The cells from the left (from 0) that a mark covers, at least one."""
        left = _width(self._before(mark.start))
        right = _width(self._before(mark.end))
        if right > left:
            return left, right
        inside = mark.start < min(mark.end, len(self.line))
        if inside and left > 0:  # a combining character stands in the cell before it
            return left - 1, left
        return left, left + 1

    def _before(self, index: int) -> str:
        """What is shown of the characters before `index`."""
        pieces = []
        previous = 0
        for start, end in self.parts:
            if start >= index:
                break
            pieces.append(_ELLIPSIS if start > previous else "")
            pieces.append(harmless(self.line[start : min(end, index)]))
            previous = end
        return "".join(pieces)


def _excerpt(line: str, marks: list[_Mark]) -> _Excerpt:
    """As much of a line around its marks as a terminal has room for."""
    anchors = sorted({min(i, len(line)) for m in marks for i in (m.start, m.end)})

    def around(radius: int) -> _Excerpt:
        return _Excerpt(line, _parts(len(line), anchors, radius))

    radii = range(_LEAST_CONTEXT, 2 * _LINE_CELLS)
    too_wide = bisect_left(
        radii, True, key=lambda radius: _width(around(radius).shown()) > _LINE_CELLS
    )
    return around(radii[max(too_wide - 1, 0)])


def _parts(length: int, anchors: list[int], radius: int) -> tuple[tuple[int, int], ...]:
    """Ranges of `radius` characters around each anchor, joined where they are near."""
    parts: list[tuple[int, int]] = []
    for anchor in anchors:
        start, end = anchor - radius, anchor + radius
        if start <= len(_ELLIPSIS):
            start = 0
        if end >= length - len(_ELLIPSIS):
            end = length
        if parts and start <= parts[-1][1] + len(_ELLIPSIS):
            start, _ = parts.pop()
        parts.append((start, end))
    return tuple(parts)


def harmless(raw: str) -> str:
    """`raw` on one line, with what is no plain character shown as `<U+001B>`."""
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(
        f"<U+{ord(c):04X}>"
        if unicodedata.category(c) in _CONTROL and c not in _JOINERS
        else c
        for c in raw.replace("\t", _TAB)
    )


def _width(shown: str) -> int:
    """How many cells a terminal gives to a text that is harmless."""
    if shown.isascii():
        return len(shown)
    return sum(map(_cells, _EMOJI_STYLED.sub(_WIDE, _JOINED.sub("", shown))))


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    if "\u1160" <= character <= "\u11ff":  # Korean vowels, drawn into their syllable
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
