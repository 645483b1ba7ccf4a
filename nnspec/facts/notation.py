"""How numbers are written that are no plain ones, as `csv` has to be told."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nnspec.facts import Column

#: What stands beside numbers.
_SIGNS = "%$\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}"
#: What stands between groups of three digits, where it does not stand before decimals.
_MARKS = ".,' \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_GROUP = re.compile(rf"(?<=\d)[{_MARKS}](?=\d{{3}}(?!\d))")
#: A comma before decimals, or a point that cannot stand there.
_COMMA = re.compile(r",\d\d?\D*$|\.\d{3}\.\d{3}")


def notation(columns: Iterable[Column]) -> dict[str, str]:
    """The arguments of `csv` that read those of the columns that look like numbers."""
    odd = [column for column in columns if column.looks not in (None, "date")]
    texts = [text for column in odd for text in column.forms]
    signs = dict.fromkeys(c for text in texts for c in text if c in _SIGNS)
    options = {"signs": "".join(signs)} if signs else {}
    commas = any(column.looks == "decimal comma" for column in odd)
    if commas or any(map(_COMMA.search, texts)):
        options["decimal"] = ","
    between = {mark for text in texts for mark in _GROUP.findall(text)}
    between -= {options.get("decimal", ".")}
    if mark := next(filter(between.__contains__, _MARKS), None):
        options["thousands"] = mark
    return options
