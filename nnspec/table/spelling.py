"""Values as a spec would write them."""

from __future__ import annotations

import re
from typing import cast

from nnspec.table.entry import Argument, DefaultUse, Entry, Use
from nnspec.table.kinds import AnyOf, Choice, Kind, ListOf, Optional
from nnspec.table.words import HistoryName
from nnspec.values import spelled


def spell(value: object) -> str:
    """A value as the language writes it."""
    match value:
        case DefaultUse() | Entry():
            return value.name
        case Use():
            return value.entry.name
        case tuple():
            return f"[{', '.join(spell(item) for item in value)}]"
    return spelled(value)


def spell_default(argument: Argument) -> str:
    """The default as a spec would write it."""
    default = argument.default
    is_name = isinstance(default, str) and default.isidentifier()
    if is_name and _takes_name(argument.kind, cast(str, default)):
        return cast(str, default)
    return re.sub(r"e-0(?=\d$)", "e-", spell(default))


def _takes_name(kind: Kind, name: str) -> bool:
    """Whether a kind takes `name` without quotes."""
    match kind:
        case HistoryName():
            return True
        case Choice(names):
            return name in names
        case Optional(inner) | ListOf(inner):
            return _takes_name(inner, name)
        case AnyOf(kinds):
            return any(_takes_name(inner, name) for inner in kinds)
    return False
