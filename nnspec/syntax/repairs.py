"""How the parser goes on where a token does not fit: with what is likely meant.

A repair is a help line, and the tokens that stand for those in the text from the one
that does not fit. Only what a program can apply is repaired.
"""

from __future__ import annotations

import re

from lark import Token

from nnspec import suggestions as helps
from nnspec.diagnostics import Edit, Fix, did_you_mean
from nnspec.record import Record
from nnspec.source import Source, Span
from nnspec.syntax.tokens import span
from nnspec.table import TABLE

COMMENT = "a comment begins with `#`"
_VALUES = frozenset({"NAME", "NUMBER", "STRING", "CONSTANT", "LSQB", "SIGN"})
_BOUNDS = frozenset({"NEWLINE", "LBRACE"})


class Repair(Record):
    """`tokens` stand in the place of those up to `end`."""

    help: str
    end: int
    tokens: tuple[Token, ...] = ()


class Repairs:
    """Finds the repair for a token at a place."""

    def __init__(self, tokens: list[Token], source: Source) -> None:
        self._tokens = tokens
        self._source = source

    def find(self, place: int, accepted: set[str]) -> Repair | None:
        """The repair of the token at `place`, where these are accepted, if any."""
        if self._first(place) == place:
            return self._start(place)
        if self._tokens[self._first(place)].type == "MODEL":
            return self._model(place)
        rules = (
            *(self._comment, self._colon, self._comparison, self._arrow),
            *(self._comma, self._own_line, self._applied, self._value),
        )
        for rule in rules:
            found = rule(place, accepted)
            if found:
                return found
        return None

    # -- places ------------------------------------------------------------------------

    def _first(self, place: int) -> int:
        """The place of the first token of the statement."""
        while place and self._tokens[place - 1].type not in _BOUNDS:
            place -= 1
        return place

    def _end(self, place: int) -> int:
        """The place of the NEWLINE or brace that ends what stands on the line."""
        while self._tokens[place].type not in ("NEWLINE", "LBRACE", "RBRACE", "$END"):
            place += 1
        return place

    def _shown(self, start: int, end: int) -> str:
        """What is written there, for a help line."""
        return helps.shown(" ".join(self._text(start, end).split()))

    def _text(self, start: int, end: int) -> str:
        """The text of the tokens from one place up to another."""
        return self._source.text[
            span(self._tokens[start]).start : span(self._tokens[end - 1]).end
        ]

    def _gap(self, place: int) -> Span:
        """From the end of the token before to the start of that at `place`."""
        return Span(span(self._tokens[place - 1]).end, span(self._tokens[place]).start)

    def _made(self, kind: str, text: str, place: int) -> Token:
        at = span(self._tokens[place]).start
        line = self._tokens[place].line
        return Token(kind, text, start_pos=at, end_pos=at, line=line, column=0)

    # -- rules -------------------------------------------------------------------------

    def _start(self, place: int) -> Repair | None:
        """A name in quotes before its value, as in JSON; an arrow before a layer."""
        token, following = self._tokens[place], self._tokens[place + 1]
        if token.type == "STRING" and following.type in ("COLON", "EQUAL"):
            name = token[1:-1]
            if name.isidentifier():
                help = Fix(f"write `{name}` without the quotes", text=name)
                return Repair(help, place + 1, (token.update(type="NAME", value=name),))
        if token == "-" and following == ">":
            edit = Edit(span(token).to(span(following)), "")
            return Repair(
                Fix("each layer stands on a line of its own", edit), place + 2
            )
        return None

    def _model(self, place: int) -> Repair | None:
        """`model "my net"`, `model: my-net`, ... as a name."""
        first, end = self._first(place), self._end(place)
        written = self._text(first + 1, end) if end > first + 1 else ""
        if self._tokens[end].type != "NEWLINE" or "(" in written:
            return None
        name = re.sub(r"\W+", "_", written, flags=re.ASCII).strip("_")
        name = f"_{name}" if name[:1].isdigit() else name
        if not name:
            return None
        start = span(self._tokens[first]).end
        edit = Edit(Span(start, span(self._tokens[end - 1]).end), f" {name}")
        help = f"a name is made of letters, digits and `_`: `model {name}`"
        new = (self._made("NAME", name, place),) if place == first + 1 else ()
        return Repair(Fix(help, edit), end, new)

    def _comment(self, place: int, accepted: set[str]) -> Repair | None:
        if self._tokens[place] != "//" or "NEWLINE" not in accepted:
            return None
        return Repair(Fix(COMMENT, text="#"), self._end(place))

    def _colon(self, place: int, accepted: set[str]) -> Repair | None:
        token, before = self._tokens[place], self._tokens[place - 1]
        if token.type != "COLON":
            return None
        following = self._tokens[place + 1]
        gap = Span(span(before).end, span(following).start)
        if following.type in _BOUNDS:
            gap = Span(span(before).end, span(token).end)
        if "EQUAL" in accepted and "NEWLINE" not in accepted:
            setting = self._tokens[self._first(place)].type == "LET"
            help = "a constant is defined by `let NAME = value`"
            help = help if setting else "an argument is written `name=value`"
            edit = Edit(gap, " = " if setting else "=")
            return Repair(Fix(help, edit), place + 1, (token.update(type="EQUAL"),))
        if "EQUAL" in accepted and following.type not in _BOUNDS:
            help = f"a setting is written `{before} = value`"
            new = (token.update(type="EQUAL"),)
            return Repair(Fix(help, Edit(gap, " = ")), place + 1, new)
        if "LPAR" in accepted and "NEWLINE" in accepted:
            return self._parentheses(place, place + 1, gap)
        return None

    def _parentheses(self, place: int, start: int, gap: Span) -> Repair | None:
        """What stands from `start` on, as the arguments of the word before `place`."""
        end = self._end(start)
        before = self._tokens[place - 1]
        if self._tokens[end].type not in ("NEWLINE", "RBRACE"):
            return None
        if end == start:
            return Repair(Fix("remove the `:`", Edit(gap, "")), start)
        close = span(self._tokens[end - 1]).end
        shown = self._shown(start, end)
        help = Fix(
            f"arguments stand in parentheses: `{before}({shown})`",
            Edit(gap, "("),
            Edit(Span(close, close), ")"),
        )
        opening, closing = self._made("LPAR", "(", start), self._made("RPAR", ")", end)
        return Repair(help, end, (opening, *self._tokens[start:end], closing))

    def _comparison(self, place: int, accepted: set[str]) -> Repair | None:
        if self._tokens[place] != "==" or "EQUAL" not in accepted:
            return None
        token = self._tokens[place].update(type="EQUAL")
        return Repair(Fix("a value is given by one `=`", text="="), place + 1, (token,))

    def _arrow(self, place: int, accepted: set[str]) -> Repair | None:
        token, following = self._tokens[place], self._tokens[place + 1]
        if token not in ("-", "=") or following != ">" or "NEWLINE" not in accepted:
            return None
        help = "each layer stands on a line of its own"
        return self._broken(place, place + 2, help)

    def _broken(self, place: int, start: int, help: str) -> Repair:
        """A new line at `place`, on which what comes from `start` on stands."""
        newline = self._made("NEWLINE", "", place)
        end = self._tokens[start]
        if end.type in ("NEWLINE", "RBRACE", "$END"):
            edit = Edit(Span(span(self._tokens[place - 1]).end, span(end).start), "")
            return Repair(Fix(help, edit), start)
        gap = Span(span(self._tokens[place - 1]).end, span(end).start)
        return Repair(Fix(help, Edit(gap, "\n")), start, (newline,))

    def _comma(self, place: int, accepted: set[str]) -> Repair | None:
        token, following = self._tokens[place], self._tokens[place + 1]
        if token.type != "COMMA" or "NEWLINE" not in accepted or "RPAR" in accepted:
            return None
        if following.type == "NEWLINE":
            help = Fix("remove the comma: a statement ends with its line", text="")
            return Repair(help, place + 1)
        return self._broken(
            place, place + 1, "each statement stands on a line of its own"
        )

    def _own_line(self, place: int, accepted: set[str]) -> Repair | None:
        token, before = self._tokens[place], self._tokens[place - 1]
        if "NEWLINE" not in accepted or not helps.is_on_its_own(token, before):
            return None
        return self._broken(place, place, f"put `{token}` on a line of its own")

    def _applied(self, place: int, accepted: set[str]) -> Repair | None:
        """`dense(64)(x)`: a layer is not told what it takes."""
        token, before = self._tokens[place], self._tokens[place - 1]
        if token.type != "LPAR" or before.type != "RPAR" or "NEWLINE" not in accepted:
            return None
        depth, end = 0, place
        while self._tokens[end].type not in ("NEWLINE", "$END"):
            kind = self._tokens[end].type
            depth += (kind == "LPAR") - (kind == "RPAR")
            end += 1
            if depth == 0:
                text = self._shown(place, end)
                edit = Edit(span(token).to(span(self._tokens[end - 1])), "")
                help = f"a layer takes the one before it: remove `{text}`"
                if end == place + 3 and self._tokens[place + 1].type == "NAME":
                    help += f", or write `from {self._tokens[place + 1]}`"
                return Repair(Fix(help, edit), end)
        return None

    def _value(self, place: int, accepted: set[str]) -> Repair | None:
        """`optimizer adam`, `dense 64`: a name, and what it is to be given."""
        token, before = self._tokens[place], self._tokens[place - 1]
        if place - 1 != self._first(place) or token.type not in _VALUES:
            return None
        if "EQUAL" in accepted and "NEWLINE" in accepted and before != "repeat":
            equal = self._made("EQUAL", "=", place)
            help = f"a setting is written `{before} = value`"
            return Repair(Fix(help, Edit(self._gap(place), " = ")), place, (equal,))
        if "LPAR" not in accepted or "NEWLINE" not in accepted:
            return None
        if did_you_mean(before, ["repeat"]) or before in ("let", "block", "shared"):
            return None
        if token in TABLE["activation"]:  # `dense relu` lacks what comes before it
            return None
        return self._parentheses(place, place, self._gap(place))
