"""From the text of a spec to its syntax tree, telling every syntax error on the way.

The tokens of `layout.py` go one by one into Lark's LALR parser for grammar/nnspec.lark.
Where one does not fit, the error is told, and the parser goes on after the statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from lark import Token, UnexpectedToken

from nnspec import syntax
from nnspec.diagnostics import (
    Diagnostic,
    Diagnostics,
    Edit,
    Fix,
    Note,
    did_you_mean,
    nearest,
)
from nnspec.grammar import parser
from nnspec.layout import Layout
from nnspec.record import fields
from nnspec.repairs import COMMENT, Repairs
from nnspec.rewritten import rewrite
from nnspec.source import Source, Span
from nnspec.tokens import check, is_foreign, span
from nnspec.values import spelled

_TOP = {
    "model": "MODEL",
    "let": "LET",
    "block": "BLOCK",
    "shared": "SHARED",
    "activation": "FORMULA",
    "loss": "FORMULA",
    "data": "DATA",
    "network": "NETWORK",
    "training": "TRAINING",
}
_KEYWORDS = frozenset(_TOP.values()) | {"AS", "FROM", "REPEAT"}
_SECTIONS = frozenset({"DATA", "NETWORK", "TRAINING"})
_FORMULAS = frozenset({"activation", "loss"})
_COMPARISONS = frozenset({"==", "!=", "<=", ">=", "<", ">"})
# Deep enough for any spec, and within Python's recursion for those who walk the tree.
_MAX_DEPTH = 150
# What messages call the tokens that would fit: those of the first group with any.
_WORDS: tuple[dict[str, str], ...] = (
    {"NUMBER": "a value"},
    {"REPEAT": "a layer"},
    {"NAME": "a name"},
    {
        "COMMA": "`,`",
        "RPAR": "`)`",
        "RSQB": "`]`",
        "EQUAL": "`=`",
        "NEWLINE": "the end of the line",
    },
    {"LBRACE": "`{`"},
    {"LPAR": "`(`"},
)


def decode(name: str, data: bytes) -> tuple[Source, Diagnostic | None]:
    """The source in `data`; if that is not UTF-8, what can be shown of it, and why."""
    try:
        return Source(name, data.decode("utf-8-sig")), None
    except UnicodeDecodeError as error:
        # error.object is the data without its byte order mark.
        start = len(error.object[: error.start].decode())
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        shown = Source(name, error.object.decode(errors="replace"))
        return shown, Diagnostic(
            "not-utf8",
            "error",
            message,
            Span(start, start + 1),
            "save the file as UTF-8",
        )


def parse(source: Source, diagnostics: Diagnostics) -> syntax.Spec:
    """The syntax tree of `source`; what is in error is told and left out."""
    parser = _Parser(source, diagnostics)
    statements: list[syntax.Statement] = []
    unread: list[syntax.Unread] = []
    for part in parser.run():
        if isinstance(part, syntax.Unread):
            unread.append(part)
        elif _check_values(part, diagnostics):
            statements.append(part)
        else:
            text = source.text[part.span.start : part.span.end]
            unread.append(syntax.Unread(part.span, text))
    whole = Span(0, len(source.text))
    return syntax.Spec(whole, tuple(statements), tuple(unread), parser.foreign)


def tell_quotes(
    places: Iterable[Span], source: Source, diagnostics: Diagnostics
) -> None:
    """Report the strings in other quotes than double ones.

    One that should stand in none has been reported for that.
    """
    told = {d.span for d in diagnostics.found}
    for place in places:
        if place in told:
            continue
        inner = source.text[place.start + 1 : place.end - 1].replace("\\'", "'")
        quoted = spelled(inner.replace("\\\\", "\\"))
        diagnostics.error(
            "syntax",
            f"strings stand in double quotes, not in `{source.text[place.start]}`",
            place,
            help=Fix(f"write `{quoted}`", text=quoted),
        )


class _Parser:
    """Feeds the tokens to Lark, and helps it over the errors."""

    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        # Any, because Lark's types stop short of its interactive parser.
        self._lark: Any = cast(Any, parser().parse_interactive(source.text))
        raw = self._lark.lexer_thread.lex(self._lark.parser_state)
        self._source = source
        tokens = rewrite(list(check(raw, diagnostics)), source, diagnostics)
        self._tokens = Layout(iter(tokens), source, diagnostics).arrange()
        # After a guessed keyword nothing more is told of its line, and of several lines
        # that are no statements only the first.
        self._repaired = False
        self._lost = False

    @property
    def foreign(self) -> tuple[Span, ...]:
        """The places of strings in other quotes than double ones."""
        text = self._source.text
        return tuple(span(t) for t in self._tokens if is_foreign(t, text))

    def run(self) -> tuple[syntax.Statement | syntax.Unread, ...]:
        place = 0
        while True:
            token = self._tokens[place]
            if token.type in _KEYWORDS and token.type not in self._lark.choices():
                token = token.update(type="NAME")
            if token.type == "ERROR":
                place = self._recover(place)
                continue
            try:
                result = self._lark.feed_token(token)
            except UnexpectedToken:
                section = self._section(token, place)
                if section is None and not self._lost and self._repair(place):
                    continue
                keyword = None if self._repaired else self._tell(token, place, section)
                if keyword:
                    self._repaired = True
                    new = token.update(type=_TOP[keyword], value=keyword)
                    self._tokens[place] = new
                else:
                    place = self._recover(place)
                    if section:
                        self._drop_section(place)
                continue
            if token.type == "$END":
                return tuple(result)
            if token.type in ("NEWLINE", "LBRACE"):
                self._repaired = False
            elif token.type in _KEYWORDS:
                self._lost = False
            place += 1

    def _repair(self, place: int) -> bool:
        """Whether the token at `place` could be read as what is meant; reported."""
        repair = Repairs(self._tokens, self._source).find(place, self._lark.accepts())
        if repair is None:
            return False
        self._unexpected(place, self._lark.accepts(), repair.help)
        self._tokens[place : repair.end] = repair.tokens
        return True

    def _recover(self, place: int) -> int:
        """Leave the statement at `place`; give the place where to go on."""
        brace, end = self._rest_of_statement(place)
        unread = self._unread(place, end if brace is None else brace)
        stacks = (
            self._lark.parser_state.state_stack,
            self._lark.parser_state.value_stack,
        )
        while True:
            while "ERROR" not in self._lark.choices():
                for stack in stacks:
                    stack.pop()
            self._lark.feed_token(unread)
            if "LBRACE" not in self._lark.choices():
                return end
            if brace is not None:
                return brace
            # The head of a `{ }` that is missing: the whole statement is the error.
            for stack in stacks:
                del stack[-2:]

    def _unread(self, place: int, end: int) -> Token:
        """The statement at `place` up to `end` as one token."""
        start = place
        while start and self._tokens[start - 1].type not in ("NEWLINE", "LBRACE"):
            start -= 1
        first, last = span(self._tokens[start]), span(self._tokens[max(end - 1, place)])
        text = self._source.text[first.start : last.end]
        return Token("ERROR", text, start_pos=first.start, end_pos=last.end)

    def _section(self, token: Token, place: int) -> str | None:
        """The section that begins just before `place`, but for its `{`."""
        before, accepted = self._tokens[place - 1], self._lark.accepts()
        if before.type in _SECTIONS and accepted == {"LBRACE"}:
            return str(before)
        model = before.type == "MODEL" and accepted == {"NAME"}
        block = token.type == "COLON" and self._tokens[place + 1].type == "NEWLINE"
        return "network" if model and (token.type == "LBRACE" or block) else None

    def _drop_section(self, place: int) -> None:
        """Leave out what stands between the NEWLINE at `place` and the next head."""
        end = place + 1
        while self._tokens[end].type != "$END" and not self._is_head(end):
            end += 1
        del self._tokens[place + 1 : end]

    def _is_head(self, place: int) -> bool:
        """Whether a statement of the top level begins at `place`."""
        before, token, after = self._tokens[place - 1 : place + 2]
        if before.type != "NEWLINE" or token.type not in _TOP.values():
            return False
        defines = after.isidentifier() or after.type in ("LBRACE", "COLON")
        return token.type in _SECTIONS or (token.column == 1 and defines)

    def _rest_of_statement(self, place: int) -> tuple[int | None, int]:
        """The places of the first `{` in the rest of this statement and of its end."""
        brace, depth = None, 0
        while depth or self._tokens[place].type != "NEWLINE":
            kind = self._tokens[place].type
            if kind == "LBRACE":
                depth += 1
                brace = place if brace is None else brace
            elif kind == "RBRACE":
                depth -= 1
            place += 1
        return brace, place

    def _tell(self, token: Token, place: int, section: str | None) -> str | None:
        """Tell that `token` does not fit, and give the keyword it was meant to be.

        `section` is that which lacks its `{` here.
        """
        accepted = self._lark.accepts()
        if "LET" in accepted:
            keyword = nearest(token, _TOP)
            if keyword or not self._lost:
                help = did_you_mean(token, _TOP) or f"a spec is made of {_listed(_TOP)}"
                self._unexpected(place, accepted, COMMENT if token == "//" else help)
            self._lost = keyword is None
            return keyword
        self._unexpected(
            place,
            accepted,
            f"a section is written `{section} {{ ... }}`"
            if section
            else self._advice(token, place, accepted),
        )
        return None

    def _unexpected(self, place: int, accepted: set[str], help: str | None) -> None:
        """Report that the token at `place` is none of those that are accepted."""
        token, before = self._tokens[place], self._tokens[place - 1]
        if "LET" in accepted:
            message = f"{_got(token)} begins no statement"
        else:
            message = f"expected {_expected(accepted)}"
            if place and before.type not in ("NEWLINE", "LBRACE"):
                message += f" after {_quoted(before)}"
            message += f", got {_got(token)}"
        notes = self._opening(place)
        self._diagnostics.error("syntax", message, span(token), help=help, notes=notes)

    def _advice(self, token: Token, place: int, accepted: set[str]) -> str | None:
        """The way out of a common mistake that cannot be repaired."""
        before = self._tokens[place - 1]
        if token == "//":
            return COMMENT
        if token.type == "COLON" and "RPAR" in accepted:
            return "an argument is written `name=value`"
        if token.type == "LBRACE" and before.type == "EQUAL":
            return "pairs are written `[key: value, key: value]`"
        if token.type == "NEWLINE" and accepted == {"EQUAL"}:
            return f"give it a value: `let {before} = ...`"
        if place > 1 and self._tokens[place - 2].type not in ("NEWLINE", "LBRACE"):
            return None
        # `before` is the first word of its statement.
        if token.type == "EQUAL" and ("NEWLINE" in accepted or before in _FORMULAS):
            return "settings stand in `training { }`, constants in `let NAME = value`"
        if "NEWLINE" not in accepted:
            return None
        if before in _TOP and token.type in ("NAME", "LBRACE"):
            return f"`{before}` stands at the top level, outside of all `{{ }}`"
        if token.type in ("NAME", "NUMBER", "STRING", "CONSTANT"):
            if before == "repeat":
                return "layers are repeated in the network section"
            if repeat := did_you_mean(before, ["repeat"]):
                return Fix(repeat, Edit(span(before), "repeat"))
            return f"arguments stand in parentheses: `{before}({token})`"
        return None

    def _opening(self, place: int) -> list[Note]:
        """A note on the bracket open at `place`, where that is on an earlier line."""
        closed = 0
        for earlier in range(place - 1, -1, -1):
            token = self._tokens[earlier]
            if token.type in ("NEWLINE", "LBRACE"):
                break
            if token.type in ("RPAR", "RSQB"):
                closed += 1
            elif token.type in ("LPAR", "LSQB"):
                closed -= 1
                if closed < 0:
                    if token.line == self._tokens[place].line:
                        break
                    return [Note(span(token), "opened here")]
        return []


def _got(token: Token) -> str:
    return "the end of the line" if token.type == "NEWLINE" else _quoted(token)


def _quoted(token: Token) -> str:
    return f"`{token if len(token) <= 40 else token[:37] + '...'}`"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _expected(accepted: set[str]) -> str:
    """What the parser would take, in the user's words."""
    for group in _WORDS:
        words = [word for kind, word in group.items() if kind in accepted]
        if words:
            *first, last = words
            return f"{', '.join(first)} or {last}" if first else last
    raise AssertionError(f"no words for {sorted(accepted)}")


def _check_values(statement: syntax.Statement, diagnostics: Diagnostics) -> bool:
    """What the grammar does not say: how deep a value may be, and where to compare."""
    pending: list[tuple[object, int]] = [(statement, 0)]
    while pending:
        part, depth = pending.pop()
        if isinstance(part, tuple):
            pending += [(item, depth) for item in part]
        elif isinstance(part, syntax.Node):
            if depth > _MAX_DEPTH:
                diagnostics.error(
                    "nesting-too-deep",
                    "this is nested too deeply",
                    part.span,
                    help="give parts of the value names, with `let`",
                )
                return False
            if (
                isinstance(part, syntax.Binary)
                and part.operator in _COMPARISONS
                and not isinstance(statement, syntax.Formula)
            ):
                diagnostics.error(
                    "syntax",
                    f"`{part.operator}` can only stand in a formula "
                    "(`activation` or `loss`)",
                    part.span,
                )
                return False
            pending += [(value, depth + 1) for value in fields(part).values()]
    return True
