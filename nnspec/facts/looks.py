"""Texts that mean numbers or dates, but are not written as plain numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nnspec.facts import Looks
from nnspec.facts.runtime import runtime

_SIGN = r"[-+\N{MINUS SIGN}]?"
_MARKS = ".' \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_GROUPED = rf"\d{{1,3}}(?:[,{_MARKS}]\d{{3}})+"
_BEFORE_COMMA = rf"\d{{1,3}}(?:[{_MARKS}]\d{{3}})+|\d+"
_NUMBER = rf"(?:{_GROUPED}|\d+)(?:[.,]\d+)?"
_MONEY = "[$\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}]"
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"

#: Each kind, and what all of its texts look like; the first that fits is taken.
_LOOKS: tuple[tuple[Looks, str], ...] = (
    ("per cent", rf"{_SIGN}{_NUMBER}\s*%"),
    ("currency", rf"{_SIGN}\s*{_MONEY}\s*{_SIGN}{_NUMBER}|{_SIGN}{_NUMBER}\s*{_MONEY}"),
    ("date", rf"\d{{4}}[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}}{_TIME})?"),
    ("date", rf"\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}}){_TIME}"),
    ("date", rf"\d{{1,2}}[- ]{_MONTH}[- ]\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}}"),
    ("thousands", rf"{_SIGN}{_GROUPED}(?:[.,]\d+)?"),
    ("decimal comma", rf"{_SIGN}(?:(?:{_BEFORE_COMMA}),\d+|,\d+)(?:[eE][-+]?\d+)?"),
)
_PATTERNS = [
    (looks, re.compile(pattern, re.IGNORECASE | re.ASCII)) for looks, pattern in _LOOKS
]

#: How days are written; where two fit, the first is meant: 3/4/2020 is in March.
_DAYS = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y"),
    *("%d/%m/%y", "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%d-%b-%Y"),
    *("%d %b %Y", "%d-%b-%y", "%d %b %y", "%d-%B-%Y", "%d %B %Y", "%b %d, %Y"),
    *("%B %d, %Y", "%b %d %Y", "%B %d %Y", "%Y-%m", "%Y/%m", "%Y.%m"),
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S")


def date_format(texts: Iterable[str]) -> str | None:
    """How all the texts are written as dates, in the signs of Python."""
    texts, date_of = list(texts), runtime("date_numbers", "date_of")
    formats = (day + clock for clock in _CLOCKS for day in _DAYS)
    fits = (f for f in formats if all(date_of(t, f) for t in texts))
    return next(fits, None)


def forms(texts: Iterable[str]) -> tuple[str, ...]:
    """The ways in which the texts are written, with a 0 for each digit."""
    return tuple(sorted({re.sub(r"\d", "0", text) for text in texts}))


def looks_like(texts: Iterable[str]) -> Looks | None:
    """What all the texts look like; nothing where there are none, or they differ.

    `1,100` has thousands, and beside `1,5` a decimal comma; so has `1.100,50`
    beside `99,50`.
    """
    texts = list(texts)
    fits = (looks for looks, p in _PATTERNS if texts and all(map(p.fullmatch, texts)))
    return next(fits, None)
