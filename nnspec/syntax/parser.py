"""From the text of a spec to its syntax tree, telling every syntax error on the way.

The tokens of `layout.py` go one by one into Lark's LALR parser for grammar/nnspec.lark.
Where one does not fit, the error is told, and the parser goes on after the statement.
"""

from __future__ import annotations

from typing import Any, cast

from lark import Token, UnexpectedToken

from nnspec.diagnostics import Diagnostic, Diagnostics, Note, did_you_mean, nearest
from nnspec.source import Source, Span
from nnspec.syntax import nodes
from nnspec.syntax.brackets import Layout
from nnspec.syntax.grammar import parser
from nnspec.syntax.rewritten import rewrite
from nnspec.syntax.tokens import TOP, check, is_foreign, span
from nnspec.syntax.well_formed import verify_names, verify_values

_KEYWORDS = frozenset(TOP.values()) | {"AS", "FROM", "REPEAT"}
_SECTIONS = frozenset({"DATA", "NETWORK", "TRAINING"})


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


def parse(source: Source, diagnostics: Diagnostics) -> nodes.Spec:
    """The syntax tree of `source`; what is in error is told and left out."""
    parser = _Parser(source, diagnostics)
    statements: list[nodes.Statement] = []
    unread: list[nodes.Unread] = []
    for part in parser.run():
        if isinstance(part, nodes.Unread):
            unread.append(part)
        elif verify_values(part, diagnostics):
            verify_names(part, diagnostics)
            statements.append(part)
        else:
            text = source.text[part.span.start : part.span.end]
            unread.append(nodes.Unread(part.span, text))
    whole = Span(0, len(source.text))
    return nodes.Spec(whole, tuple(statements), tuple(unread), parser.foreign)


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

    def run(self) -> tuple[nodes.Statement | nodes.Unread, ...]:
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
                accepted = self._lark.accepts()
                section = self._section(token, place, accepted)
                if section is None and not self._lost and self._repair(place, accepted):
                    continue
                keyword = None
                if not self._repaired:
                    keyword = self._tell(place, section, accepted)
                if keyword:
                    self._repaired = True
                    new = token.update(type=TOP[keyword], value=keyword)
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

    def _repair(self, place: int, accepted: set[str]) -> bool:
        """Whether the token at `place` could be read as what is meant; reported."""
        from nnspec.syntax.repairs import Repairs  # noqa: PLC0415 -- on errors only

        repair = Repairs(self._tokens, self._source).find(place, accepted)
        if repair is None:
            return False
        self._unexpected(place, accepted, repair.help)
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

    def _section(self, token: Token, place: int, accepted: set[str]) -> str | None:
        """The section that begins just before `place`, but for its `{`."""
        before = self._tokens[place - 1]
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
        if before.type != "NEWLINE" or token.type not in TOP.values():
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

    def _tell(self, place: int, section: str | None, accepted: set[str]) -> str | None:
        """Tell that the token does not fit, and give the keyword it was meant to be.

        `section` is that which lacks its `{` here.
        """
        from nnspec.syntax.unexpected import advice  # noqa: PLC0415 -- on errors only

        token = self._tokens[place]
        if "LET" in accepted:
            keyword = nearest(token, TOP)
            if keyword or not self._lost:
                listed = ", ".join(f"`{word}`" for word in TOP)
                self._unexpected(
                    place,
                    accepted,
                    advice(self._tokens, place, accepted)
                    if token == "//"
                    else did_you_mean(token, TOP) or f"a spec is made of {listed}",
                )
            self._lost = keyword is None
            return keyword
        self._unexpected(
            place,
            accepted,
            f"a section is written `{section} {{ ... }}`"
            if section
            else advice(self._tokens, place, accepted),
        )
        return None

    def _unexpected(self, place: int, accepted: set[str], help: str | None) -> None:
        """Report that the token at `place` is none of those that are accepted."""
        from nnspec.syntax.unexpected import unexpected  # noqa: PLC0415 -- on errors only

        message, token = unexpected(self._tokens, place, accepted), self._tokens[place]
        notes = self._opening(place)
        self._diagnostics.error("syntax", message, span(token), help=help, notes=notes)

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
