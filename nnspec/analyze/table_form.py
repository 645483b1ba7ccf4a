"""How a table is written: the characters between and around its cells and digits."""

from __future__ import annotations

from typing import cast

from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.entry import Use
from nnspec.table.spelling import spell

_CHARACTERS = ("delimiter", "quote", "comment", "decimal", "thousands")
#: They may be the same: what is quoted may hold a delimiter.
_APART = (("delimiter", "comment"), ("quote", "comment"), ("decimal", "thousands"))
_OF_NUMBERS = ("decimal", "thousands")


def verify_form(use: Use, diagnostics: Diagnostics) -> None:
    """Report what is no single character, and characters that mean two things."""
    given: dict[str, str] = {}
    for name in _CHARACTERS:
        text = cast("str | None", use.arguments[name])
        if text is None or (name, text) == ("delimiter", "auto"):
            continue
        if _fits(name, text):
            given[name] = text
            continue
        diagnostics.error(
            "argument-type",
            f"`{name}` of `csv` needs one character, {_WITHOUT[name]}",
            use.span_of(name),
        )
    _verify_apart(use, given, diagnostics)
    signs = cast("str | None", use.arguments["signs"])
    others = {use.arguments[name] for name in _OF_NUMBERS}
    if signs is not None and not (signs and all(_is_sign(c, others) for c in signs)):
        diagnostics.error(
            "argument-type",
            "`signs` of `csv` needs characters that are no digits, letters, spaces, "
            "`+` or `-`, and are none of `decimal` and `thousands`",
            use.span_of("signs"),
        )


def _is_sign(character: str, others: set[object]) -> bool:
    """Whether a character may stand beside numbers, and be no part of them."""
    plain = character.isprintable() and not character.isspace()
    return plain and _fits("decimal", character) and character not in others


_NO_QUOTE = "which is no quote or newline"
_NO_DIGIT = "which is no digit, sign or letter"
_WITHOUT = {
    "delimiter": _NO_QUOTE,
    "quote": "which is no newline",
    "comment": "which is no quote or newline",
    "decimal": _NO_DIGIT,
    "thousands": _NO_DIGIT,
}


def _fits(name: str, text: str) -> bool:
    if len(text) != 1 or text in "\r\n\0":
        return False
    if name in _OF_NUMBERS:
        return not (text.isalnum() or text in "+-")
    return name == "quote" or text != '"'


def _verify_apart(use: Use, given: dict[str, str], diagnostics: Diagnostics) -> None:
    pairs = [*_APART, ("delimiter", "quote")]
    for one, other in pairs:
        if one in given and given[one] == given.get(other):
            argument, also = (other, one) if other in use.spans else (one, other)
            diagnostics.error(
                "argument-conflict",
                f"`{argument}` and `{also}` of `csv` are both {spell(given[one])}",
                use.span_of(argument),
                help=f"give `{also}` another character",
                notes=[Note(use.span_of(also), "the other")] * (also in use.spans),
            )
