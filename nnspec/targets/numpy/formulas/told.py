"""Formulas as comments tell them."""

from __future__ import annotations

import textwrap
from itertools import chain

from nnspec.table.entry import Entry
from nnspec.targets.quote import Code, comment

#: The comment of a formula has lines up to here.
_WIDTH = 78


def told(entry: Entry, parameters: str) -> tuple[Code, ...]:
    """The comment of a formula: what the spec has for it."""
    lines = entry.definition.lines if entry.definition else ()
    head = f"{entry.name}({parameters})"
    if len(lines) == 1:
        return tuple(_wrapped(f"{head} = {lines[0]}", ""))
    return (comment(f"{head}:"), *chain(*(_wrapped(line, "    ") for line in lines)))


def _wrapped(line: str, indent: str) -> list[Code]:
    """A line of the formula, broken where it is long."""
    broken = textwrap.wrap(comment(line), _WIDTH, break_on_hyphens=False)
    first, *more = broken or [""]
    return [Code(indent + first), *(Code(f"{indent}    {rest}") for rest in more)]
