"""The cells of tables that stand for a missing value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from nnspec.table.entry import Arguments

MISSING = ("", "?", "na", "n/a", "nan", "null", "#n/a")
#: In a column of texts these are categories.
MISSING_NUMBERS = ("none", "-", ".")


def missing_words(arguments: Arguments) -> dict[str, tuple[str, ...]]:
    """The words of columns of texts and of columns of numbers, in lower case."""
    only = cast("Iterable[str] | None", arguments["missing_only"])
    if only is not None:
        words = tuple(dict.fromkeys(map(str.lower, only)))
        return {"texts": words, "numbers": words}
    more = map(str.lower, cast("Iterable[str]", arguments["missing"]))
    texts = tuple(dict.fromkeys((*MISSING, *more)))
    return {"texts": texts, "numbers": (*texts, *MISSING_NUMBERS)}
