"""Help lines for names and values that do not fit, made of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nnspec import habits
from nnspec.diagnostics import Edit, Fix, did_you_mean, exactly
from nnspec.library import Library
from nnspec.record import replace
from nnspec.source import Span
from nnspec.syntax import nodes
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
from nnspec.values import PYTHONS, Resolved, Symbol

#: Longer values are no help in a help line.
_LONGEST = 60


def of_name(category: str, name: str, lets: Iterable[str], library: Library) -> str:
    """The way out for a name that its category does not have, and none is sure."""
    known = _known(category, library)
    last = name.rpartition(".")[2]
    if category == "activation" and last in library["layer"]:
        return f"`{last}` is a layer: write it on a line of its own, after this one"
    return (
        did_you_mean(last, known)
        or did_you_mean(last, lets)
        or _elsewhere(last, library)
        or f"`nnspec layers` lists every {category}"
    )


def _known(category: str, library: Library) -> set[str]:
    return {*library[category], *PLANNED.get(category, ())}


def _elsewhere(name: str, library: Library) -> str | None:
    for category in library:
        if found := exactly(name, _known(category, library)):
            article = "an" if category[0] in "aeiou" else "a"
            return f"`{found}` is known as {article} {category}"
    return None


def is_on_its_own(word: str, before: str) -> bool:
    """Whether a word that stands behind another one begins a statement."""
    if word in (argument.name for argument in TRAINING.arguments):
        return True
    layer = TABLE["layer"].get(before)
    if word in TABLE["activation"] and layer:
        return all(argument.name != "activation" for argument in layer.arguments)
    return any(word in TABLE[c] for c in ("layer", "source", "transform", "callback"))


def of_argument(
    entry: Entry, call: nodes.Call, argument: nodes.Argument, value: Resolved | None
) -> str:
    """The way out for an argument that an entry does not have."""
    assert argument.name is not None
    names = [known.name for known in entry.arguments]
    name = argument.name.text
    listed = "its arguments are " + ", ".join(f"`{known}`" for known in names)
    return (
        did_you_mean(name, [n for n in names if exactly(name, [n])])
        or _habitual(entry, call, argument, value)
        or did_you_mean(name, names)
        or (listed if names else f"`{entry.name}` takes no arguments")
    )


def _habitual(
    entry: Entry, call: nodes.Call, argument: nodes.Argument, value: Resolved | None
) -> Fix | None:
    """What an argument of another library is here."""
    from nnspec.habits.meaning import removal  # noqa: PLC0415 -- on errors only

    assert argument.name is not None
    name = argument.name
    found = habits.lookup("ARGUMENTS", _category(entry), name.text)
    if found is None:
        return None
    new = filled(found[1][1], value)
    if not new:
        return Fix(f"remove `{name.text}`", removal(call, argument))
    if new.startswith("input("):
        before = Span(call.span.start, call.span.start)
        edits = removal(call, argument), Edit(before, new + "\n")
        return Fix(f"begin the network with `{new}`", *edits)
    if new.startswith("as "):
        after = Span(call.span.end, call.span.end)
        edits = removal(call, argument), Edit(after, f" {new}")
        return Fix(f"a layer is named by what follows it: `{new}`", *edits)
    if new not in (known.name for known in entry.arguments):
        return None
    shown = f"{new}={inside(value)}" if value else new
    return Fix(f"write `{shown}`", Edit(name.span, new))


def _category(entry: Entry) -> str:
    places = (c for c, entries in TABLE.items() if entries.get(entry.name) is entry)
    return next(places, "")


def filled(habit: str, value: Resolved | None) -> str:
    """What to write in place of a habit, with the value that was written."""
    return habit.replace("VALUE", shown(inside(value)) if value else "...")


def shown(text: str) -> str:
    """A text of a spec as a help line has it: `...` if it is long, or not readable."""
    return text if text.isprintable() and len(text) <= _LONGEST else "..."


def inside(value: Resolved) -> str:
    """A value without the brackets or quotes around it."""
    match value.value:
        case str(text):
            return text
        case tuple(items):
            return ", ".join(inside(item) for item in items)
        case int() | float():
            return value.describe().strip("`")
    return "..."


def of_symbol(value: Resolved, lets: Iterable[str], library: Library) -> str | None:
    """The way out for a name that stands for no value, where it was written."""
    if not isinstance(value.value, Symbol):
        return None
    name = value.value.name
    known = name in PYTHONS or any(name in _known(c, library) for c in library)
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
    raise Mismatch(Fix(f"write {meant}", text=meant.strip("`")), wrong)


def _pythonic(value: Resolved) -> Iterator[Resolved]:
    match value.value:
        case Symbol(name) if name in PYTHONS:
            yield value
        case tuple(items):
            for item in items:
                yield from _pythonic(item)


def _respelled(value: Resolved) -> Resolved:
    match value.value:
        case Symbol(name) if name in PYTHONS:
            return replace(value, value=PYTHONS[name])
        case tuple(items):
            return replace(value, value=tuple(map(_respelled, items)))
    return value


def other_place(
    target: Argument, others: Iterable[Argument], value: Resolved, library: Library
) -> str | None:
    """How to give a name that `target` does not know for another that does."""
    from nnspec.written import written  # noqa: PLC0415 -- on errors only

    name = value.called
    if name is None or _takes_name(target.kind, name, library):
        return None
    for argument in others:
        if _takes_name(argument.kind, name, library):
            call = value.value
            text = written(call) if isinstance(call, nodes.Call) else name
            text = f"{argument.name}={text}"
            return Fix(f"write `{text}`", text=text)
    return None


def _takes_name(kind: Kind, name: str, library: Library) -> bool:
    """Whether a name is a choice or an operation that a kind knows."""
    match kind:
        case Choice(names):
            return name in names
        case OneOf(category):
            return name in library[category]
        case Optional(inner) | ListOf(inner):
            return _takes_name(inner, name, library)
        case AnyOf(kinds):
            return any(_takes_name(inner, name, library) for inner in kinds)
    return False


def usual(argument: Argument) -> Fix | None:
    """What an argument is where it is left out, or an example of it."""
    if argument.default is REQUIRED:
        text = argument.example
        return Fix(f"for example `{text}`", text=text) if text else None
    text = spell_default(argument)
    return Fix(f"its default is `{text}`", text=text)


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
        f"{f'{a.name}=' * a.named}{a.example}"
        if a.default is REQUIRED
        else f"{a.name}={spell_default(a)}"
        for a in arguments
    ]
    return f"{entry.name}({', '.join(words)}{more})"
