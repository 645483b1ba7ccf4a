"""Which name or call of ours is meant by one that there is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, cast

from nnspec import habits
from nnspec.diagnostics import Diagnostics, Edit, Fix, exactly, listed, nearest
from nnspec.library import LANGUAGE, Library
from nnspec.record import Record, replace
from nnspec.source import Source, Span
from nnspec.syntax import nodes
from nnspec.table.entry import REQUIRED, Entry
from nnspec.values import Resolved
from nnspec.written import written

#: The section in which names of a category are statements.
_SECTIONS = {"source": "data", "transform": "data", "callback": "training"}
#: Longer calls are not repeated in a help line.
_LONG = 60


class Meant(Record):
    """What is meant, as far as that is certain, and the help line that says so."""

    call: nodes.Call | None
    help: Fix


def meant(
    category: str,
    call: nodes.Call,
    likely: Iterable[str] = (),
    library: Library = LANGUAGE,
) -> Meant | None:
    """The call of the category that is surely meant by one that it does not have.

    `likely` are the names that the rest of the spec speaks for.
    """
    name = call.name.text.rpartition(".")[2]
    likely = frozenset(likely)
    return (
        _habitual(category, call, likely, loosely=False)
        or _respelled(call, exactly(name, library[category]))
        or _habitual(category, call, likely, loosely=True)
    )


def removal(call: nodes.Call, argument: nodes.Argument) -> Edit:
    """The edit that takes an argument out of a call, and its comma with it."""
    place = call.arguments.index(argument)
    if place + 1 < len(call.arguments):
        end = call.arguments[place + 1].span.start
        return Edit(Span(argument.span.start, end), "")
    if place:
        start = call.arguments[place - 1].span.end
        return Edit(Span(start, argument.span.end), "")
    return Edit(Span(call.name.span.end, call.span.end), "")


def _respelled(
    call: nodes.Call, name: str | None, why: str | None = None
) -> Meant | None:
    """The call under another name."""
    if name is None:
        return None
    text = f"{why}`{name}`" if why else f"did you mean `{name}`?"
    help = Fix(text, Edit(call.name.span, name))
    return Meant(replace(call, name=replace(call.name, text=name)), help)


def _habitual(
    category: str, call: nodes.Call, likely: frozenset[str], *, loosely: bool
) -> Meant | None:
    name = call.name.text
    if found := habits.lookup("NAMES", category, name, loosely=loosely):
        names = found[1][1]
        names = (names,) if isinstance(names, str) else names
        names = tuple(n for n in names if n in likely) or names
        if len(names) == 1:
            return _respelled(call, names[0])
        if "mean_squared_error" in likely and category == "loss":
            help = "it is a loss for classes; for a number, such as a price, write "
            return _respelled(call, "mean_squared_error", help)
        help = f"did you mean {listed(names)}?"
        return Meant(None, Fix(help, Edit(call.name.span, names[0])))
    if found := habits.lookup("CALLS", category, name, loosely=loosely):
        return _rewritten(category, call, found, likely)
    section = _SECTIONS.get(category, "network")
    if found := habits.lookup("REMOVED", section, name, loosely=loosely):
        return Meant(None, Fix(f"remove it: {found[1][1]}", Edit(call.span, "")))
    return None


def _rewritten(
    category: str,
    call: nodes.Call,
    found: tuple[str, Any],
    likely: frozenset[str],
) -> Meant:
    """The call that a habit's template makes of this one."""
    origin, (signature, target) = found
    target, why = target if isinstance(target, tuple) else (target, "")
    if not target:
        return Meant(None, Fix(f"remove it: {why}", Edit(call.span, "")))
    template = _call(target)
    given = _given(_call(signature), call)
    new = _filled(template, given, call)
    entry = LANGUAGE[category][template.name.text]
    if _needs_any(entry) and call.arguments and not new.arguments:
        new = replace(call, name=replace(call.name, text=entry.name))
    if "probabilities" in likely:
        new = _without(new, "from_logits")
    text = written(call)
    text = text if len(text) <= _LONG else f"{call.name.text}(...)"
    whose = f"{origin}'s " if origin else ""
    help = f"{whose}`{text}` is `{written(new)}` here" + (f": {why}" if why else "")
    return Meant(new, Fix(help, Edit(call.span, written(new))))


@cache
def _call(text: str) -> nodes.Call:
    """A call that a table holds."""
    from nnspec.syntax.parser import parse  # noqa: PLC0415 -- it needs the helps itself

    tree = parse(Source("habit", f"let it = {text}"), Diagnostics())
    value = cast(nodes.Let, tree.statements[0]).value
    if isinstance(value, nodes.Name):
        return nodes.Call(value.span, value, ())
    return cast(nodes.Call, value)


def _given(
    signature: nodes.Call, call: nodes.Call
) -> Mapping[str, nodes.Argument | None]:
    """The argument given for each parameter."""
    parameters = [cast(nodes.Name, a.value).text for a in signature.arguments]
    given: dict[str, nodes.Argument | None] = dict.fromkeys(parameters)
    positional = [a for a in call.arguments if a.name is None]
    given.update(zip(parameters, positional, strict=False))
    given.update((a.name.text, a) for a in call.arguments if a.name)
    return {parameter: given[parameter] for parameter in parameters}


def _filled(
    template: nodes.Call,
    given: Mapping[str, nodes.Argument | None],
    call: nodes.Call,
) -> nodes.Call:
    """The template with what was given, and with what the habit says nothing of."""
    used: list[nodes.Argument] = []
    for argument in template.arguments:
        value: nodes.Value | None = argument.value
        if isinstance(value, nodes.Name) and value.text in given:
            found = given[value.text]
            value = _valued(value.text, found.value) if found else None
        if value is not None:
            used.append(nodes.Argument(call.span, argument.name, value))
    more = [a for a in call.arguments if a.name and a.name.text not in given]
    name = nodes.Name(call.name.span, template.name.text)
    return nodes.Call(call.span, name, (*used, *more))


def _valued(parameter: str, value: nodes.Value) -> nodes.Value | None:
    """A value as it is here: a padding is a word, not how many cells it adds."""
    if parameter != "padding" or not isinstance(value, nodes.Number):
        return value
    return nodes.Name(value.span, "same") if value.value else None


def _needs_any(entry: Entry) -> bool:
    return any(a.default is REQUIRED for a in entry.arguments)


def _without(call: nodes.Call, name: str) -> nodes.Call:
    arguments = (a for a in call.arguments if not (a.name and a.name.text == name))
    return replace(call, arguments=tuple(arguments))


def without_quotes(category: str, text: str, library: Library) -> Fix:
    """What to write for the name of an entry that stands in quotes."""
    names = _names(category, text, library)
    if not names:
        return Fix(
            f"it is a name, without quotes: `nnspec layers` lists every {category}"
        )
    return Fix(f"write {listed(names)} without the quotes", text=names[0])


def _names(category: str, text: str, library: Library) -> tuple[str, ...]:
    """The names of a category that a text may stand for."""
    if text in library[category]:
        return (text,)
    name = nodes.Name(Span(0, 0), text)
    sure = meant(category, nodes.Call(name.span, name, ()), library=library)
    if sure is None:
        near = nearest(text, library[category])
        return (near,) if near else ()
    found = habits.lookup("NAMES", category, text, loosely=True)
    if found and isinstance(found[1][1], tuple):
        return cast("tuple[str, ...]", found[1][1])
    return (written(sure.call),) if sure.call else ()


def without_name(category: str, value: Resolved) -> Fix | None:
    """The use that a number stands for by itself."""
    use = habits.merged("NUMBERS").get(category)
    if use is None:
        return None
    text = use.replace("VALUE", value.describe().strip("`"))
    return Fix(f"write `{text}`", text=text)


def layers_in(call: nodes.Call) -> tuple[nodes.Call, ...] | None:
    """The layers that a call such as `Sequential([...])` holds; None of any other."""
    if not _is_one_of(call, "LAYERS_OF"):
        return None
    return tuple(
        nodes.Call(v.span, v, ()) if isinstance(v, nodes.Name) else v
        for v in _flat(a.value for a in call.arguments if a.name is None)
        if isinstance(v, nodes.Name | nodes.Call)
    )


def settings_in(call: nodes.Call) -> tuple[nodes.Setting, ...] | None:
    """The settings that a call such as `compile(...)` holds; None of any other."""
    if not _is_one_of(call, "SETTINGS_OF"):
        return None
    return tuple(
        nodes.Setting(a.span, a.name, a.value) for a in call.arguments if a.name
    )


def _is_one_of(call: nodes.Call, kind: str) -> bool:
    return call.name.text.rpartition(".")[2] in set(habits.words(kind))


def _flat(values: Iterable[nodes.Value]) -> Iterator[nodes.Value]:
    for value in values:
        if isinstance(value, nodes.ListValue | nodes.TupleValue):
            yield from _flat(cast("tuple[nodes.Value, ...]", value.items))
        else:
            yield value
