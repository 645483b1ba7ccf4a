"""The reference of the language, made of the same table that specs are checked against.

`overview` and `describe` are for a terminal, `markdown` for the docs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nnspec.paragraphs import COLUMNS, two_columns, wrapped
from nnspec.table import PLANNED, TABLE
from nnspec.table.entry import (
    REQUIRED,
    Argument,
    Entry,
)
from nnspec.table.settings import TRAINING
from nnspec.table.spelling import spell_default

_SETTING = "setting"

#: The categories of what each section of a spec names.
_SECTIONS = {
    "data": ("source", "transform"),
    "network": ("layer", "activation", "initializer", "regularizer", "constraint"),
    "training": ("setting", "loss", "optimizer", "schedule", "metric", "callback"),
}


def categories() -> list[str]:
    """All categories of names, in the order of the reference."""
    found = list(TABLE)
    found.insert(found.index("metric") + 1, _SETTING)
    return found


def names() -> set[str]:
    """Everything that `describe` knows."""
    known = {name for entries in TABLE.values() for name in entries}
    planned = {name for some in PLANNED.values() for name in some}
    return known | planned | {argument.name for argument in TRAINING.arguments}


def kinds() -> dict[str, tuple[str, ...]]:
    """What `overview` takes, and the categories that each stands for."""
    singular = {category: (category,) for category in categories()}
    plural = {_plural(category): (category,) for category in categories()}
    return singular | plural | _SECTIONS


def _entries(category: str) -> tuple[Entry, ...]:
    """The entries of a category, each once; a setting is an entry with no arguments."""
    if category == _SETTING:
        return tuple(Entry(a.name, a.doc) for a in TRAINING.arguments)
    return tuple({e.name: e for e in TABLE[category].values()}.values())


def _plural(category: str) -> str:
    return f"{category}es" if category.endswith("s") else f"{category}s"


def _kind(argument: Argument) -> str:
    """What the argument takes, in words."""
    words = f"{'each ' * argument.variadic}{argument.kind.describe()}"
    return f"{words}; given by its name" if argument.named else words


def _parameters(entry: Entry) -> list[str]:
    """The arguments as they stand in a signature."""
    return [
        f"{argument.name}, ..."
        if argument.variadic
        else argument.name
        if argument.default is REQUIRED
        else f"{argument.name}={spell_default(argument)}"
        for argument in entry.arguments
    ]


# -- For a terminal --------------------------------------------------------------------


def overview(kind: str | None = None, width: int = COLUMNS) -> str:
    """The names of one kind, or all, with what they are, and what is planned."""
    found = kinds()[kind] if kind else categories()
    return "\n".join(_category(category, width) for category in found)


def _category(category: str, width: int) -> str:
    rows = [(", ".join((e.name, *e.aliases)), e.doc) for e in _entries(category)]
    first = [(title, _sentence(doc)) for title, doc in rows]
    lines = [_plural(category), *two_columns(first, width, "  ")]
    planned = ", ".join(sorted(PLANNED.get(category, ())))
    if planned:
        lines += wrapped(f"not compiled yet: {planned}", width, "  ", "    ")
    return "\n".join(lines) + "\n"


def _sentence(doc: str) -> str:
    """The first sentence."""
    return re.split(r"[.;] ", doc, maxsplit=1)[0].rstrip(".")


def describe(name: str, width: int = COLUMNS) -> str:
    """All that has a name, in every category; the empty string where nothing has."""
    return "\n".join(_all_called(name, width))


def _all_called(name: str, width: int) -> Iterator[str]:
    for category in categories():
        if name in PLANNED.get(category, ()):
            words = f"{category} {name}: part of the language, but not compiled yet"
            yield f"{words}\n"
        elif category == _SETTING:
            settings = (a for a in TRAINING.arguments if a.name == name)
            yield from (_setting(a, width) for a in settings)
        elif name in TABLE[category]:
            yield _entry(category, TABLE[category][name], width)


def _setting(argument: Argument, width: int) -> str:
    shown = _argument(argument, len(argument.name), width)
    lines = [f"{_SETTING} {argument.name}", "", *shown]
    return "\n".join(lines) + "\n"


def _entry(category: str, entry: Entry, width: int) -> str:
    aliases = f", also {', '.join(entry.aliases)}" if entry.aliases else ""
    lines = [f"{category} {entry.name}{aliases}", ""]
    lines += [*_signature(entry, width), "", *wrapped(entry.doc, width, "  ", "  ")]
    names = max((len(a.name) for a in entry.arguments), default=0)
    for argument in entry.arguments:
        lines += ["", *_argument(argument, names, width)]
    return "\n".join(lines) + "\n"


def _signature(entry: Entry, width: int) -> list[str]:
    """How it is called, broken between arguments."""
    if not entry.arguments:
        return [f"  {entry.name}"]
    lines = [f"  {entry.name}("]
    indent = " " * (len(lines[0]) if width >= COLUMNS else 4)
    parameters = _parameters(entry)
    for parameter, end in zip(
        parameters, [", "] * (len(parameters) - 1) + [")"], strict=True
    ):
        if len(lines[-1] + parameter + end.rstrip()) > width:
            lines.append(indent)
        lines[-1] += parameter + end
    return [line.rstrip() for line in lines]


def _argument(argument: Argument, names: int, width: int) -> list[str]:
    """Name and meaning of an argument, and below its kind and default."""
    words = [_kind(argument)]
    if argument.default is REQUIRED:
        words.append("required")
    elif not _is_open(argument):
        words.append(f"default {spell_default(argument)}")
    indent = " " * (names + 4)
    return [
        *wrapped(argument.doc, width, f"  {argument.name:{names}}  ", indent),
        *wrapped("; ".join(words), width, indent, indent),
    ]


def _is_open(argument: Argument) -> bool:
    """Whether there is no default to write: all that is given may be nothing."""
    return argument.default is REQUIRED or argument.variadic


# -- For the docs ----------------------------------------------------------------------


def markdown() -> str:
    """The reference in Markdown: a section for each category, a table in each entry."""
    lines: list[str] = []
    for category in categories():
        lines += [f"### {_plural(category).capitalize()}", ""]
        if category == _SETTING:
            lines += [*_table(TRAINING.arguments), ""]
        else:
            for entry in _entries(category):
                lines += _section(entry)
        planned = sorted(PLANNED.get(category, ()))
        if planned:
            lines += [f"Not compiled yet: {', '.join(f'`{n}`' for n in planned)}.", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(entry: Entry) -> list[str]:
    arguments = f"({', '.join(_parameters(entry))})" if entry.arguments else ""
    aliases = "".join(f", `{alias}`" for alias in entry.aliases)
    lines = [f"#### `{entry.name}{arguments}`{aliases}", "", entry.doc, ""]
    if entry.arguments:
        lines += [*_table(entry.arguments), ""]
    return lines


def _table(arguments: tuple[Argument, ...]) -> list[str]:
    rows = [
        (
            f"`{argument.name}`",
            _kind(argument),
            "" if _is_open(argument) else f"`{spell_default(argument)}`",
            argument.doc,
        )
        for argument in arguments
    ]
    cells = [("argument", "takes", "default", "meaning"), ("---",) * 4, *rows]
    escaped = ([cell.replace("|", r"\|") for cell in row] for row in cells)
    return [f"| {' | '.join(row)} |" for row in escaped]
