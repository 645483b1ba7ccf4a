"""The one way for text of a spec into a script.

Whatever a template prints is `Code`. A value of a spec becomes code through `literal`,
words for a comment through `comment`; names that the compiler made itself are code by
construction.
"""

from __future__ import annotations

import unicodedata


class Code(str):
    """Text that is Python source already."""

    __slots__ = ()

    def __html__(self) -> str:
        """The text itself: Jinja is not to escape it."""
        return self


def literal(value: object) -> Code:
    """A value as a Python literal, spelled as `ruff format` spells it."""
    match value:
        case None | bool() | int() | float():
            return Code(repr(value))
        case str():
            return Code(_string(value))
        case tuple():
            items = ", ".join(literal(item) for item in value)
            return Code(f"({items},)" if len(value) == 1 else f"({items})")
        case list():
            return Code(f"[{', '.join(literal(item) for item in value)}]")
        case dict():
            pairs = (f"{literal(k)}: {literal(v)}" for k, v in value.items())
            return Code(f"{{{', '.join(pairs)}}}")
    raise TypeError(f"no literal for {type(value).__name__}")


def _string(text: str) -> str:
    """In double quotes, unless single ones save escapes; printable ASCII only."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return quote + "".join(map(_escaped, escaped)) + quote


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def comment(text: str) -> Code:
    """Words for a comment or a docstring: on one line, nothing in them ends it."""
    plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return Code(" ".join(plain.replace("\\", "/").replace('"""', "'''").split()))
