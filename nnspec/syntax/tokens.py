"""The tokens of a spec, each checked by itself.

The patterns of the grammar take in what is nearly a number, a string or a name. What is
none becomes an ERROR token here, with a diagnostic that says why.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator

from lark import Token

from nnspec.diagnostics import Diagnostics, Fix
from nnspec.source import Span

#: The words that begin statements of the top level, and their tokens.
TOP = {
    "model": "MODEL",
    "let": "LET",
    "block": "BLOCK",
    "shared": "SHARED",
    "activation": "FORMULA",
    "loss": "FORMULA",
    "layer": "FORMULA",
    "data": "DATA",
    "network": "NETWORK",
    "training": "TRAINING",
}
_MAX_DIGITS = 300  # any integer of so many digits is within the range of a float

_DIGITS = r"[0-9](?:_?[0-9])*"
_INTEGER = re.compile(r"0(?:_?0)*|[1-9](?:_?[0-9])*")
_FLOAT = re.compile(
    rf"(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
    rf"|{_DIGITS}[eE][+-]?{_DIGITS}"
)
_BAD_ESCAPE = re.compile(r'(?:[^\\]|\\["\\nt])*?(\\[^"\\nt])')
_UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_QUOTES = ("'", "\u201c")
_ADVICE = {
    "'": "strings stand in double quotes",
    "\u201c": 'strings stand in straight double quotes: `"`',
    "\u201d": 'strings stand in straight double quotes: `"`',
    "^": "a power is written `**`",
    "\r": "lines end with LF or CRLF",
}


def span(token: Token) -> Span:
    """The place of a token."""
    return Span(token.start_pos or 0, token.end_pos or 0)


def check(tokens: Iterator[Token], diagnostics: Diagnostics) -> Iterator[Token]:
    """Report each token that is malformed, and give an ERROR token in its place."""
    reported_line = 0  # one strange character is often followed by more of them
    before, depth = "NEWLINE", 0
    for raw in tokens:
        token = raw
        if before == "NEWLINE" and token == "//":  # meant as a comment
            reported_line = token.line or 0
        before = token.type
        depth = _deeper(depth, token)
        if token.type == "NUMBER":
            bad = _check_number(token, diagnostics)
        elif token.type == "STRING":
            token = _in_double_quotes(token, diagnostics)
            bad = _check_string(token, diagnostics)
        elif token == ";":
            token, bad = _without_semicolon(token, depth > 0, diagnostics), False
        elif token.type == "ERROR" or (token.type == "NAME" and not token.isascii()):
            bad = True
            if token.line != reported_line:
                reported_line = token.line or 0
                _report_character(token, diagnostics)
        else:
            bad = False
        yield token.update(type="ERROR") if bad else token


def _check_number(token: Token, diagnostics: Diagnostics) -> bool:
    text = str(token)
    shown = text if len(text) <= 40 else text[:37] + "..."
    message, help = f"`{shown}` is not a number", None
    if _INTEGER.fullmatch(text):
        if len(text.replace("_", "")) <= _MAX_DIGITS:
            return False
        message = f"`{shown}` has more than {_MAX_DIGITS} digits"
    elif _FLOAT.fullmatch(text):
        if math.isfinite(float(text)):
            return False
        message = f"`{shown}` is too large for a float"
    elif re.fullmatch(_DIGITS, text):
        help = "an integer does not begin with 0"
    diagnostics.error("bad-number", message, span(token), help=help)
    return True


def is_foreign(token: Token, text: str) -> bool:
    """Whether a string of the source `text` stands in quotes that it should not."""
    return token.type == "STRING" and text[token.start_pos or 0] in _QUOTES


def _in_double_quotes(token: Token, diagnostics: Diagnostics) -> Token:
    """A string in other quotes, or a path in none, as it should be.

    Of other quotes nothing is told here: a name would stand in none at all.
    """
    if token.startswith('"'):
        return token
    inner = str(token)
    if token[0] in _QUOTES:
        inner = inner[1:-1].replace("\\'", "'")
    quoted = '"{}"'.format(re.sub(r'(?<!\\)"', r"\"", inner))
    if token[0] not in _QUOTES:
        quoted = quoted.replace("\\", "/")
        diagnostics.error(
            "syntax",
            f"the path `{token}` stands without quotes",
            span(token),
            help=Fix(f"write `{quoted}`", text=quoted),
        )
    return token.update(value=quoted)


def _deeper(depth: int, token: Token) -> int:
    """How many ( and [ are open behind a token; a brace ends them all."""
    if token.type in ("LBRACE", "RBRACE"):
        return 0
    opens, closes = token.type in ("LPAR", "LSQB"), token.type in ("RPAR", "RSQB")
    return max(depth + opens - closes, 0)


def _without_semicolon(token: Token, within: bool, diagnostics: Diagnostics) -> Token:
    """What a `;` stands for: the end of a line, in brackets a comma."""
    diagnostics.error(
        "unexpected-character",
        "unexpected character `;`",
        span(token),
        help=Fix("arguments are separated by `,`", text=",")
        if within
        else Fix("a statement ends at the end of its line", text="\n"),
    )
    return token.update(type="COMMA" if within else "NEWLINE")


def _check_string(token: Token, diagnostics: Diagnostics) -> bool:
    start = token.start_pos or 0
    inner = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', token, re.DOTALL)
    if inner is None:
        diagnostics.error(
            "unterminated-string",
            'expected `"` at the end of this string',
            span(token),
            help='a string ends on its line; within it, a `"` is written `\\"`',
        )
        return True
    if escape := _BAD_ESCAPE.match(inner[1]):
        diagnostics.error(
            "bad-escape",
            f"`{escape[1]}` is no escape",
            Span(start + 1 + escape.start(1), start + 1 + escape.end(1)),
            help='the escapes are `\\"`, `\\\\`, `\\n` and `\\t`',
        )
        return True
    if character := _UNPRINTABLE.search(inner[1]):
        place = start + 1 + character.start()
        diagnostics.error(
            "unexpected-character",
            f"a string cannot hold U+{ord(character[0]):04X}",
            Span(place, place + 1),
        )
        return True
    return False


def _report_character(token: Token, diagnostics: Diagnostics) -> None:
    index = next((i for i, c in enumerate(token) if not c.isascii()), 0)
    character = token[index]
    place = (token.start_pos or 0) + index
    if character.isprintable() and character != " ":
        shown = f"`{character}`"
    else:
        shown = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
    help = _ADVICE.get(character)
    if help is None and token.type == "NAME":
        help = "a name is made of the letters a to z, A to Z, digits and `_`"
    diagnostics.error(
        "unexpected-character",
        f"unexpected character {shown}",
        Span(place, place + 1),
        help=help,
    )
