"""Lines in the manner of Python and YAML, made statements of a spec.

This comes before the brackets are arranged: it sees the lines as they were written.
What it rewrites is reported, and read as what is meant, so that it hides nothing else.
"""

from __future__ import annotations

from lark import Token

from nnspec.diagnostics import Diagnostics, Edit, Fix
from nnspec.source import Source, Span, on_one_line
from nnspec.syntax.tokens import span
from nnspec.table.settings import TRAINING

_SECTIONS = ("data", "network", "training")
_ENDS_VALUE = frozenset({"RPAR", "COMMA", "RSQB", "RBRACE", "NEWLINE"})
_SETTINGS = frozenset(argument.name for argument in TRAINING.arguments)

Tokens = list[Token]


def rewrite(tokens: Tokens, source: Source, diagnostics: Diagnostics) -> Tokens:
    """The tokens with what is written otherwise elsewhere as it is here."""
    lines = _lines(_without_percents(tokens, diagnostics))
    lines = _with_braces(lines, source, diagnostics)
    lines = _without_dashes(lines, diagnostics)
    return _Lines(source, diagnostics).run(lines)


def _lines(tokens: Tokens) -> list[Tokens]:
    """The tokens by lines, a brace the last of its own; in brackets a line goes on."""
    lines: list[Tokens] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.type in ("LPAR", "LSQB")) - (token.type in ("RPAR", "RSQB"))
        depth = max(depth, 0)
        if token.type == "RBRACE" and depth == 0:
            lines.append([])
        lines[-1].append(token)
        if token.type in ("NEWLINE", "LBRACE") and depth == 0:
            lines.append([])
    return [line for line in lines if line]


def _without_percents(tokens: Tokens, diagnostics: Diagnostics) -> Tokens:
    """`20%` as `0.2`."""
    result: Tokens = []
    for place, token in enumerate(tokens):
        following = tokens[place + 1].type if place + 1 < len(tokens) else "NEWLINE"
        before = result[-1] if result else token
        if token != "%" or before.type != "NUMBER" or following not in _ENDS_VALUE:
            result.append(token)
            continue
        share = f"{float(before) / 100:g}"
        diagnostics.error(
            "syntax",
            f"`{before}%` is no number: `%` gives the rest of a division",
            span(before).to(span(token)),
            help=Fix(f"{before} percent are written `{share}`", text=share),
        )
        result[-1] = before.update(value=share)
        result[-1].end_pos = token.end_pos
    return result


def _with_braces(
    lines: list[Tokens], source: Source, diagnostics: Diagnostics
) -> list[Tokens]:
    """The blocks that are made by a colon and by indentation in braces."""
    result: list[Tokens] = []
    closing: dict[int, int] = {}
    for place, line in enumerate(lines):
        last = _last_inside(lines, place)
        head = _head(line, source) if last > place else None
        if head is None:
            result.append(line)
        else:
            message, help, new, edit = head
            end = span(_words(lines[last])[-1]).end
            fix = Fix(help, edit, Edit(Span(end, end), "\n}"))
            at = span(_words(line)[-1])
            at = at if len(_words(line)) > 1 else Span(at.end, at.end)
            diagnostics.error("syntax", message, at, help=fix)
            result.append(new)
            closing[last] = closing.get(last, 0) + 1
        for _ in range(closing.get(place, 0)):
            end = span(_words(line)[-1]).end
            result.append([_made("RBRACE", "}", end), _made("NEWLINE", "\n", end)])
    return result


def _words(line: Tokens) -> Tokens:
    return [token for token in line if token.type != "NEWLINE"]


def _made(kind: str, text: str, place: int) -> Token:
    """A token that is not in the text."""
    return Token(kind, text, start_pos=place, end_pos=place, line=0, column=0)


def _last_inside(lines: list[Tokens], place: int) -> int:
    """The last of the lines below one that are deeper; itself if there is none."""
    words = _words(lines[place])
    bare = len(words) == 1 and words[0] in _SECTIONS
    if not words or not (bare or words[-1].type == "COLON"):
        return place
    last = place
    for number in range(place + 1, len(lines)):
        inside = _words(lines[number])
        if bare and inside and inside[0].type == "LBRACE":
            return place
        bare = bare and not inside
        if inside and (inside[0].column or 0) <= (words[0].column or 0):
            break
        last = number if inside else last
    return last


def _head(line: Tokens, source: Source) -> tuple[str, str, Tokens, Edit] | None:
    """Message, help, tokens and edit of a head that lacks its brace."""
    words = _words(line)
    if len(words) == 1:
        words.append(_made("COLON", "the end of the line", span(words[0]).end))
    first, colon = words[0], words[-1]
    brace = _made("LBRACE", "{", span(colon).start)
    if first in (*_SECTIONS, "repeat") and (len(words) == 2 or first == "repeat"):
        before = words[-2]
        got = "`:`" if colon == ":" else str(colon)
        message = f"expected `{{` after `{before}`, got {got}"
        written = source.text[span(first).start : span(before).end]
        kind = "a section is" if first in _SECTIONS else "what is repeated is"
        help = f"{kind} written `{on_one_line(written)} {{ ... }}`"
        return message, help, [*words[:-1], brace], _edit(before, colon)
    if first != "for" or "range" not in words:
        return None
    inside = words[words.index("range") + 2 : -2]  # type: ignore[arg-type]
    if not inside or any(token.type == "COMMA" for token in inside):
        return None
    count = source.text[span(inside[0]).start : span(inside[-1]).end]
    help = f"layers are repeated by `repeat {on_one_line(count)} {{ ... }}`"
    new = [first.update(type="REPEAT", value="repeat"), *inside, brace]
    whole = span(first).to(span(colon))
    message = "`for` begins no statement"
    return message, help, new, Edit(whole, f"repeat {count} {{")


def _edit(before: Token, colon: Token) -> Edit:
    return Edit(Span(span(before).end, span(colon).end), " {")


def _without_dashes(lines: list[Tokens], diagnostics: Diagnostics) -> list[Tokens]:
    """The items of lists, each with a dash before it, without it."""
    places: list[Span] = []
    for line in lines:
        if line[0] == "-" and len(line) > 1 and line[1].type in ("NAME", "STRING"):
            places.append(Span(span(line[0]).start, span(line[1]).start))
    if places:
        edits = (Edit(place, "") for place in places)
        diagnostics.error(
            "syntax",
            "`-` begins no statement",
            Span(places[0].start, places[0].start + 1),
            help=Fix("each statement stands on a line of its own, without `-`", *edits),
        )
    starts = {place.start for place in places}
    return [line[1:] if span(line[0]).start in starts else line for line in lines]


class _Lines:
    """Rewrites single lines, by the section that they stand in."""

    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self._source = source
        self._diagnostics = diagnostics
        self._result: list[Tokens] = []
        # The heads of the braces that are open, each with its line in `_result`.
        self._open: list[tuple[Token, int]] = []

    def run(self, lines: list[Tokens]) -> Tokens:
        for line in lines:
            new = self._rewritten(line) if len(line) > 1 else line
            self._result.append(new)
            self._follow(new)
        return [token for line in self._result for token in line]

    def _follow(self, line: Tokens) -> None:
        for place, token in enumerate(line):
            if token.type == "LBRACE":
                self._open.append(self._head(line if place else []))
            elif token.type == "RBRACE" and self._open:
                self._open.pop()

    def _head(self, line: Tokens) -> tuple[Token, int]:
        """The first word of the line with a brace, or of the one above it."""
        number = len(self._result) - 1
        while not _words(line) and number > 0:
            number -= 1
            line = self._result[number]
        return (_words(line) or [_made("NAME", "", 0)])[0], max(number, 0)

    def _rewritten(self, line: Tokens) -> Tokens:
        first, second = line[:2]
        names = first.type == "NAME" and second.type == "EQUAL" and len(line) > 2
        section = str(self._open[0][0]) if self._open else None
        words = ("NAME", "STRING", "NUMBER")
        if first.type in ("NAME", "FROM") and second.type in words:
            return self._python(line)
        if not names:
            return line
        if section is None and first not in _SETTINGS and first.isidentifier():
            return self._constant(line)
        if section in ("network", "data"):
            called = len(line) > 3 and line[3].type == "LPAR"
            if line[2].type == "NAME" and called:
                return self._named(line, section)
            if first not in _SETTINGS and first.isidentifier():
                return self._moved(line, section)
        return line

    def _python(self, line: Tokens) -> Tokens:
        """The line without a statement of Python."""
        from nnspec.habits.python import STATEMENTS  # noqa: PLC0415 -- on errors only

        words = _words(line)
        if words[0] not in STATEMENTS:
            return line
        whole = span(words[0]).to(span(words[-1]))
        self._diagnostics.error(
            "syntax",
            f"`{words[0]}` begins no statement: it is Python",
            span(words[0]),
            help=Fix(f"remove the line: {STATEMENTS[words[0]]}", Edit(whole, "")),
        )
        return line[-1:] if line[-1].type == "NEWLINE" else []

    def _constant(self, line: Tokens) -> Tokens:
        """`hidden = 64` at the top level."""
        first = line[0]
        start = span(first).start
        written = self._shown(line)
        self._diagnostics.error(
            "syntax",
            f"`{first}` begins no statement",
            span(first),
            help=Fix(
                f"a constant is defined by `let {on_one_line(written)}`",
                Edit(Span(start, start), "let "),
            ),
        )
        return [_made("LET", "let", start), *line]

    def _named(self, line: Tokens, section: str) -> Tokens:
        """`x = dense(64)` in a section."""
        start, then = span(line[0]).start, span(line[2]).start
        message = "nothing has a name in the data section: each line works on that "
        message, help = f"{message}before it", f"remove `{line[0]} =`"
        if section == "network":
            message = "a layer takes the one before it, and its name stands behind it"
            help += f", or write `as {line[0]}` behind the layer"
        self._diagnostics.error(
            "syntax",
            message,
            span(line[0]).to(span(line[1])),
            help=Fix(help, Edit(Span(start, then), "")),
        )
        return line[2:]

    def _moved(self, line: Tokens, section: str) -> Tokens:
        """`hidden = 64` in a section: it stands before it, with a `let`."""
        words = _words(line)
        start = span(words[0]).start
        written = self._shown(line)
        head, number = self._open[0]
        top = span(head).start
        self._diagnostics.error(
            "syntax",
            f"a {section} section has no settings",
            span(words[0]),
            help=Fix(
                "a constant is defined above the section: "
                f"`let {on_one_line(written)}`",
                Edit(Span(top, top), f"let {written}\n"),
                Edit(span(words[0]).to(span(words[-1])), ""),
            ),
        )
        moved = [_made("LET", "let", start), *words, _made("NEWLINE", "\n", start)]
        self._result[number] = [*moved, *self._result[number]]
        return line[len(words) :]

    def _shown(self, line: Tokens) -> str:
        words = _words(line)
        return self._source.text[span(words[0]).start : span(words[-1]).end]
