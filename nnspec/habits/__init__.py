"""What is written by habit, of other libraries, and what to write in its place.

A module for each origin holds tables; what an origin has nothing for is left out.

- `NAMES`, by category: a name, and the one here that takes the same arguments, or
  several of them, the likeliest first.
- `CALLS`, by category: a call with its parameters, and the one here that they make.
  Of the latter, an argument whose parameter was not given is left out. An empty one
  is removed. A pair tells why, too.
- `REMOVED`, by section: what there is not, setting or call, and what there is instead.
- `SETTINGS`: a setting, and the one here; a call stands in the data section.
- `ARGUMENTS`, by category: an argument, and the one here; an empty one is removed.

Names are spelled as where they come from. Case and underscores count where a name is
one of ours without them, as `Conv2d(in, out, size)` is not `conv2d(out, size)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

ORIGINS = ("keras", "pytorch", "scikit_learn", "pandas", "python", "textbook")


@cache
def tables(kind: str, key: str | None = None) -> tuple[tuple[str, Any], ...]:
    """The tables of a kind, for one category or section, each with its origin."""
    found = []
    for name in ORIGINS:
        origin = import_module(f"{__name__}.{name}")
        table: Any = getattr(origin, kind, {})
        table = table.get(key, {}) if key is not None else table
        found.append((str(origin.ORIGIN), table))
    return tuple(found)


def lookup(
    kind: str, key: str | None, name: str, *, loosely: bool = False
) -> tuple[str, Any] | None:
    """The first habit of that name, and where it comes from."""
    for origin, table in tables(kind, key):
        for written, meant in table.items():
            if _alike(written, name, loosely):
                return origin, (written, meant)
    return None


def _alike(written: str, name: str, loosely: bool) -> bool:
    """Whether `name` is the habit; `optim.Adam` is it only with its first part."""
    head = written.partition("(")[0]
    parts = name.split(".")[-1 - head.count(".") :]
    given = ".".join(parts)
    if loosely:
        given, head = given.replace("_", "").lower(), head.replace("_", "").lower()
    return given == head


def merged(kind: str, key: str | None = None) -> Mapping[str, Any]:
    """All tables of a kind as one, the first origin's the strongest."""
    whole: dict[str, Any] = {}
    for _, table in reversed(tables(kind, key)):
        whole.update(table)
    return whole


def words(kind: str) -> Iterator[str]:
    """All that the tuples of a kind hold, of every origin."""
    for name in ORIGINS:
        yield from getattr(import_module(f"{__name__}.{name}"), kind, ())
