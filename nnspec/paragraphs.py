"""Words laid out in lines of some width; no word is cut."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

#: The width where no terminal has one.
COLUMNS = 80
_LEAST = 30  # columns for words beside others; with fewer they stand below


def wrapped(words: str, width: int, first: str = "", others: str = "") -> list[str]:
    """Words in lines, the first one and the others with their indents."""
    return textwrap.wrap(
        words,
        max(width, len(others) + 1),
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )


def two_columns(
    rows: Iterable[tuple[str, str]], width: int, indent: str = ""
) -> Iterator[str]:
    """Titles, and beside each what it is: below it, if there is little room."""
    rows = list(rows)
    titles = len(indent) + max((len(title) for title, _ in rows), default=0) + 2
    beside = width - titles >= _LEAST
    for title, words in rows:
        start = f"{indent}{title}"
        if beside and words:
            yield from wrapped(words, width, f"{start:{titles}}", " " * titles)
        else:
            yield from wrapped(start.lstrip(), width, indent, f"{indent}  ")
            yield from wrapped(words, width, f"{indent}    ", f"{indent}    ")
