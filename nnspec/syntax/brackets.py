"""Brackets and the ends of statements.

The tokens are arranged so that the grammar needs no rule about newlines: exactly one
NEWLINE stands after each statement, and every bracket has its partner. What is wrong
with the brackets is told here, where the lines that they stand on are still known.
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from nnspec.diagnostics import Diagnostics, Fix, Note
from nnspec.source import Source, Span
from nnspec.syntax.tokens import span

# More brackets within each other than any spec needs.
_MAX_NESTING = 50
# How many tokens ahead a closing bracket is looked for.
_FAR = 200
_CLOSER_OF = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSERS = frozenset(_CLOSER_OF.values())
_SIGNS = {"RPAR": ")", "RSQB": "]", "RBRACE": "}"}
_SECTIONS = frozenset({"DATA", "NETWORK", "TRAINING"})
_DEFINITIONS = frozenset({"MODEL", "LET", "BLOCK", "SHARED", "FORMULA"})
# Where a bracket is not closed, its statement is taken to end with the first line that
# neither ends with one of these, nor goes on with one at the start of the next line.
_GOES_ON = frozenset(
    {"COMMA", "EQUAL", "COLON", "SIGN", "TIMES", "POWER", "COMPARISON", "LPAR", "LSQB"}
)


def _write(sign: str) -> Fix:
    return Fix(f"write `{sign}`", text=sign)


def _closed_by(sign: str) -> Fix:
    """The bracket that is missing; a brace stands on a line of its own."""
    if sign == "}":
        return Fix("write `}` on the next line", text="\n}")
    return Fix(f"write `{sign}` here", text=sign)


class Layout:
    """Matches the brackets, and puts one NEWLINE after each statement."""

    def __init__(
        self, tokens: Iterator[Token], source: Source, diagnostics: Diagnostics
    ) -> None:
        self._source = source
        self._diagnostics = diagnostics
        self._tokens = list(tokens)
        end = len(source.text)
        self._tokens.append(Token("$END", "", start_pos=end, end_pos=end))
        self._next = 0
        self._stray_until = 0
        self._result: list[Token] = []
        # Open brackets, outermost first, with their places in _tokens and in _result.
        self._open: list[tuple[Token, int, int]] = []

    def arrange(self) -> list[Token]:
        """The tokens as the grammar wants them, `$END` the last."""
        while True:
            token = self._tokens[self._next]
            if token.type != "$END":
                self._place(token)
            elif self._in_brackets():
                self._report_unclosed()
            else:
                self._close_braces()
                return [*self._result, token]

    def _place(self, token: Token) -> None:
        kind = token.type
        if self._in_brackets() and kind in ("LBRACE", "RBRACE"):
            if not self._is_stray(token):
                self._report_unclosed()
                return
            kind, token = "ERROR", token.update(type="ERROR")
        self._next += 1
        if kind == "NEWLINE":
            if not self._in_brackets():
                self._end_statement()
        elif kind in _CLOSER_OF:
            self._opening(token)
        elif kind in _CLOSERS:
            self._closing(token)
        else:
            if self._begins_top_level(token):
                self._close_braces()
            self._result.append(token)

    def _opening(self, token: Token) -> None:
        if len(self._open) == _MAX_NESTING:
            self._give_up(token)
            return
        if token.type == "LBRACE" and self._follows_head():
            self._result.pop()
        self._open.append((token, self._next - 1, len(self._result)))
        self._result.append(token)

    def _closing(self, token: Token) -> None:
        if not self._open or (token.type != "RBRACE" and not self._in_brackets()):
            self._diagnostics.error(
                "syntax",
                f"`{token}` closes nothing: no bracket is open",
                span(token),
                help=Fix("remove it", text=""),
            )
            if token.type != "RBRACE":
                self._result.append(token.update(type="ERROR"))
            return
        if token.type == "RBRACE":
            self._open.pop()
            self._end_statement()
            self._result.append(token)
            self._end_statement()
        elif token.type == _CLOSER_OF[self._open[-1][0].type]:
            self._open.pop()
            self._result.append(token)
        else:
            self._mismatch(token)

    def _mismatch(self, token: Token) -> None:
        """A `)` for a `[`, or the other way round."""
        opening = self._open.pop()[0]
        self._diagnostics.error(
            "mismatched-bracket",
            f"`{opening}` is closed by `{token}`",
            span(token),
            notes=[Note(span(opening), "opened here")],
            help=_write(_SIGNS[_CLOSER_OF[opening.type]]),
        )
        self._result.append(token.update(type="ERROR"))
        # In `[(1]` the closing bracket belongs to an outer one.
        if self._in_brackets() and token.type == _CLOSER_OF[self._open[-1][0].type]:
            self._open.pop()

    def _in_brackets(self) -> bool:
        return bool(self._open) and self._open[-1][0].type != "LBRACE"

    def _last(self) -> str:
        return self._result[-1].type if self._result else "NEWLINE"

    def _follows_head(self) -> bool:
        """Whether only a newline stands between a `{` and what may be its head."""
        kinds = [token.type for token in self._result[-2:]]
        return len(kinds) == 2 and kinds[1] == "NEWLINE" and kinds[0] != "RBRACE"

    def _begins_top_level(self, token: Token) -> bool:
        """Whether a statement of the top level begins here, though a brace is open."""
        if not self._open or self._last() not in ("NEWLINE", "LBRACE"):
            return False
        following = self._tokens[self._next]
        if token.type in _SECTIONS:
            return following.type == "LBRACE"
        # An indented definition is more likely misplaced.
        indented = token.column != 1
        return token.type in _DEFINITIONS and following.isidentifier() and not indented

    def _is_stray(self, brace: Token) -> bool:
        """Whether a `{` or `}` in brackets has their end behind it on its line."""
        if self._next < self._stray_until:
            return True  # the same brackets as those of a brace already told
        depth = 0
        ahead = self._tokens[self._next : self._next + _FAR]
        for place, token in enumerate(ahead, self._next):
            if token.type == "NEWLINE":
                break
            depth += (token.type in ("LPAR", "LSQB")) - (token.type in ("RPAR", "RSQB"))
            if depth < 0:
                self._stray_until = place
                self._diagnostics.error(
                    "syntax",
                    f"`{brace}` cannot stand within `( )` or `[ ]`",
                    span(brace),
                    help="pairs are written `[key: value, key: value]`",
                )
                return True
        return False

    def _end_statement(self) -> None:
        if self._last() not in ("NEWLINE", "LBRACE"):
            self._insert("NEWLINE")

    def _insert(self, kind: str) -> None:
        """A token that is not in the text, after the last one that is."""
        place = self._result[-1].end_pos
        self._result.append(Token(kind, "", start_pos=place, end_pos=place))

    def _close_braces(self) -> None:
        """Report every brace that is still open, and close it."""
        self._end_statement()
        while self._open:
            self._missing_closer(self._open.pop()[0])
            self._insert("RBRACE")
            self._end_statement()

    def _report_unclosed(self) -> None:
        """Make an ERROR of the outermost ( or [ and the rest of its statement."""
        opening, index = self._drop_brackets()
        end = self._statement_end(index)
        broken = [t for t in self._tokens[index:end] if t.type != "NEWLINE"]
        self._result.append(Token.new_borrow_pos("ERROR", "", broken[-1]))
        # An unterminated string has likely taken the closing bracket with it.
        if not any(t.type == "ERROR" and t.startswith('"') for t in broken):
            self._missing_closer(opening)
        self._next = end

    def _drop_brackets(self) -> tuple[Token, int]:
        """Take back all from the outermost open ( or [ on; give it and its place."""
        while True:
            opening, index, length = self._open.pop()
            if not self._in_brackets():
                del self._result[length:]
                return opening, index

    def _statement_end(self, index: int) -> int:
        """Where the statement with the unclosed bracket at `index` most likely ends."""
        before, newline = self._tokens[index].type, None
        for place in range(index + 1, self._next):
            kind = self._tokens[place].type
            if kind == "NEWLINE":
                newline = newline or place
                continue
            if kind in _SECTIONS and self._tokens[place + 1].type == "LBRACE":
                return newline or place
            if newline and not (before in _GOES_ON or kind in _GOES_ON | _CLOSERS):
                return newline
            before, newline = kind, None
        return self._next

    def _missing_closer(self, opening: Token) -> None:
        line, column = self._source.position(opening.start_pos or 0)
        end = self._result[-1].end_pos or 0
        self._diagnostics.error(
            "unclosed-bracket",
            f"expected `{_SIGNS[_CLOSER_OF[opening.type]]}`: "
            f"the `{opening}` of line {line}, column {column} is not closed",
            Span(end, end),
            help=_closed_by(_SIGNS[_CLOSER_OF[opening.type]]),
            notes=[Note(span(opening), "opened here")],
        )

    def _give_up(self, token: Token) -> None:
        """Too deep to go on: what is open is closed in silence, the rest not read."""
        self._diagnostics.error(
            "nesting-too-deep",
            f"more than {_MAX_NESTING} brackets are open here",
            span(token),
            notes=[Note(span(self._open[0][0]), "the outermost")],
        )
        if self._in_brackets():
            self._drop_brackets()
        self._result.append(token.update(type="ERROR"))
        self._end_statement()
        while self._open:
            self._open.pop()
            self._insert("RBRACE")
            self._end_statement()
        self._next = len(self._tokens) - 1
