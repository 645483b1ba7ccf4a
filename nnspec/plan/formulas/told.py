"""Formulas as comments tell them."""

from __future__ import annotations

from nnspec.quote import Code, comment
from nnspec.table.entry import Entry


def told(entry: Entry, parameters: str) -> tuple[Code, ...]:
    """The comment of a formula: what the spec has for it."""
    lines = entry.definition.lines if entry.definition else ()
    head = f"{entry.name}({parameters})"
    if len(lines) == 1:
        return (comment(f"{head} = {lines[0]}"),)
    return (comment(f"{head}:"), *(Code(f"    {comment(line)}") for line in lines))
