"""What to say of a token that does not fit: what would, and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from nnspec.diagnostics import Edit, Fix, did_you_mean
from nnspec.syntax.repairs import COMMENT
from nnspec.syntax.tokens import TOP, span

#: What stands before a statement.
_BEFORE = ("NEWLINE", "LBRACE")
_FORMULAS = frozenset({"activation", "loss", "layer"})
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


def unexpected(tokens: Sequence[Token], place: int, accepted: set[str]) -> str:
    """The message for the token at `place`, which is none of those accepted."""
    token, before = tokens[place], tokens[place - 1]
    if "LET" in accepted:
        return f"{got(token)} begins no statement"
    message = f"expected {expected(accepted)}"
    if place and before.type not in ("NEWLINE", "LBRACE"):
        message += f" after {quoted(before)}"
    return f"{message}, got {got(token)}"


def advice(tokens: Sequence[Token], place: int, accepted: set[str]) -> str | None:
    """The way out of a common mistake that cannot be repaired."""
    token, before = tokens[place], tokens[place - 1]
    if token == "//":
        return COMMENT
    if token.type == "COLON" and "RPAR" in accepted:
        return "an argument is written `name=value`"
    if token.type == "LBRACE" and before.type == "EQUAL":
        return "pairs are written `[key: value, key: value]`"
    if token.type == "NEWLINE" and accepted == {"EQUAL"}:
        return f"give it a value: `let {before} = ...`"
    first = tokens[place - 2].type if place > 1 else "NEWLINE"
    if token.type == "LPAR" and first == "SHARED":
        return (
            "a `shared` group is the same at all uses, so it has no parameters: remove "
            f"them, or write `block {before}(...)`"
        )
    return _of_first_word(tokens, place, accepted) if first in _BEFORE else None


def _of_first_word(
    tokens: Sequence[Token], place: int, accepted: set[str]
) -> str | None:
    """The way out where the token before is the first word of its statement."""
    token, before = tokens[place], tokens[place - 1]
    if token.type == "EQUAL" and before == "activation" and "NEWLINE" in accepted:
        name = tokens[place + 1]
        return f"an activation is an argument, or a layer of its own: `{name}`"
    if token.type == "EQUAL" and ("NEWLINE" in accepted or before in _FORMULAS):
        return "settings stand in `training { }`, constants in `let NAME = value`"
    if "NEWLINE" not in accepted:
        return None
    if before in TOP and token.type in ("NAME", "LBRACE"):
        return f"`{before}` stands at the top level, outside of all `{{ }}`"
    if token.type in ("NAME", "NUMBER", "STRING", "CONSTANT"):
        if before == "repeat":
            return "layers are repeated in the network section"
        if repeat := did_you_mean(before, ["repeat"]):
            return Fix(repeat, Edit(span(before), "repeat"))
        return f"arguments stand in parentheses: `{before}({token})`"
    return None


def got(token: Token) -> str:
    """A token as messages call it."""
    return "the end of the line" if token.type == "NEWLINE" else quoted(token)


def quoted(token: Token) -> str:
    """The text of a token, the start of one that is long."""
    return f"`{token if len(token) <= 40 else token[:37] + '...'}`"


def expected(accepted: set[str]) -> str:
    """What the parser would take, in the user's words."""
    for group in _WORDS:
        words = [word for kind, word in group.items() if kind in accepted]
        if words:
            *first, last = words
            return f"{', '.join(first)} or {last}" if first else last
    raise AssertionError(f"no words for {sorted(accepted)}")
