"""Help lines for names and values that do not fit, made of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nnspec import habits
from nnspec.diagnostics import did_you_mean, offer
from nnspec.record import replace
from nnspec.table import PLANNED, TABLE
from nnspec.table.entry import REQUIRED, Argument, Entry
from nnspec.table.kinds import (
    AnyOf,
    Choice,
    Kind,
    ListOf,
    Mismatch,
    OneOf,
    Optional,
    ReadEntry,
)
from nnspec.table.settings import TRAINING
from nnspec.table.spelling import spell_default
from nnspec.values import Resolved, Symbol

#: Longer values are no help in a help line.
_LONGEST = 60


def of_name(category: str, name: str, lets: Iterable[str]) -> str:
    """The way out for a name that its category does not have."""
    known = {*TABLE.get(category, ()), *PLANNED.get(category, ())}
    return (
        offer(habits.NAMES.get(category, {}).get(name.lower(), ()))
        or did_you_mean(name, known)
        or did_you_mean(name, lets)
        or _elsewhere(name)
        or f"`nnspec layers` lists every {category}"
    )


def _elsewhere(name: str) -> str | None:
    places = [category for category in TABLE if _has(category, name)]
    article = "an" if places and places[0][0] in "aeiou" else "a"
    return f"`{name}` is known as {article} {places[0]}" if places else None


def _has(category: str, name: str) -> bool:
    return name in TABLE[category] or name in PLANNED.get(category, ())


def is_on_its_own(word: str, before: str) -> bool:
    """Whether a word that stands behind another one begins a statement."""
    if word in (argument.name for argument in TRAINING.arguments):
        return True
    layer = TABLE["layer"].get(before)
    if word in TABLE["activation"] and layer:
        return all(argument.name != "activation" for argument in layer.arguments)
    return any(word in TABLE[c] for c in ("layer", "source", "transform", "callback"))


def of_argument(entry: Entry, name: str, value: Resolved | None) -> str:
    """The way out for an argument that an entry does not have."""
    names = [argument.name for argument in entry.arguments]
    habit = habits.ARGUMENTS.get(_category(entry), {}).get(name, "")
    listed = "its arguments are " + ", ".join(f"`{known}`" for known in names)
    return (
        filled(habit, value)
        or did_you_mean(name, names)
        or (listed if names else f"`{entry.name}` takes no arguments")
    )


def _category(entry: Entry) -> str:
    places = (c for c, entries in TABLE.items() if entries.get(entry.name) is entry)
    return next(places, "")


def filled(habit: str, value: Resolved | None) -> str:
    """What to write in place of a habit, with the value that was written."""
    text = _inside(value) if value else "..."
    shown = text if text.isprintable() and len(text) <= _LONGEST else "..."
    return habit.replace("VALUE", shown)


def _inside(value: Resolved) -> str:
    """A value without the brackets or quotes around it."""
    match value.value:
        case str(text):
            return text
        case tuple(items):
            return ", ".join(_inside(item) for item in items)
        case int() | float():
            return value.describe().strip("`")
    return "..."


def of_symbol(value: Resolved, lets: Iterable[str]) -> str | None:
    """The way out for a name that stands for no value."""
    if not isinstance(value.value, Symbol):
        return None
    name = value.value.name
    known = name in habits.VALUES or any(_has(category, name) for category in TABLE)
    return did_you_mean(name, lets) or (
        None if known else f"define it: `let {name} = ...`"
    )


def verify_spelling(kind: Kind, value: Resolved, read_entry: ReadEntry) -> None:
    """Raise `Mismatch` for `True`, `False` and `None`, with what is written here."""
    wrong = next(_pythonic(value), None)
    if wrong is None:
        return
    meant = _respelled(wrong).describe()
    try:
        kind.read(_respelled(value), read_entry)
    except Mismatch as mismatch:
        raise Mismatch(mismatch.help, wrong) from None
    raise Mismatch(f"write {meant}", wrong)


def _pythonic(value: Resolved) -> Iterator[Resolved]:
    match value.value:
        case Symbol(name) if name in habits.VALUES:
            yield value
        case tuple(items):
            for item in items:
                yield from _pythonic(item)


def _respelled(value: Resolved) -> Resolved:
    match value.value:
        case Symbol(name) if name in habits.VALUES:
            return replace(value, value=habits.VALUES[name])
        case tuple(items):
            return replace(value, value=tuple(map(_respelled, items)))
    return value


def other_place(
    target: Argument, others: Iterable[Argument], value: Resolved
) -> str | None:
    """How to give a name that `target` does not know for another that does."""
    name = value.called
    if name is None or _takes_name(target.kind, name):
        return None
    for argument in others:
        if _takes_name(argument.kind, name):
            written = value.describe().strip("`")
            return f"write `{argument.name}={written}`"
    return None


def _takes_name(kind: Kind, name: str) -> bool:
    """Whether a name is a choice or an operation that a kind knows."""
    match kind:
        case Choice(names):
            return name in names
        case OneOf(category):
            return name in TABLE[category]
        case Optional(inner) | ListOf(inner):
            return _takes_name(inner, name)
        case AnyOf(kinds):
            return any(_takes_name(inner, name) for inner in kinds)
    return False


def needed(entry: Entry) -> str:
    """An example of a use with no more than it needs."""
    arguments = [a for a in entry.arguments if a.default is REQUIRED]
    return f"for example `{_call(entry, arguments)}`"


def call_of(entry: Entry) -> str:
    """How an entry is used, its first arguments with their defaults."""
    more = ", ..." * (len(entry.arguments) > 4)
    return f"write `{_call(entry, entry.arguments[:4], more)}`"


def _call(entry: Entry, arguments: Sequence[Argument], more: str = "") -> str:
    words = [
        a.example if a.default is REQUIRED else f"{a.name}={spell_default(a)}"
        for a in arguments
    ]
    return f"{entry.name}({', '.join(words)}{more})"
