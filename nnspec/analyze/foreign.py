"""Statements of the training section that other libraries have, and ours for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nnspec import habits
from nnspec.bind import Binder
from nnspec.diagnostics import Edit, Fix, did_you_mean, exactly
from nnspec.record import Record, replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table import PLANNED, TABLE
from nnspec.table.settings import TRAINING

SETTINGS = tuple(argument.name for argument in TRAINING.arguments)
_DEFAULT = "rmsprop"


class Statements(Record):
    """What a training section holds once all is written as it is here.

    `unclear` says that some of it could not be told, so that nothing is missing.
    """

    settings: tuple[nodes.Setting, ...] = ()
    callbacks: tuple[nodes.Call, ...] = ()
    unclear: bool = False


def translated(
    section: nodes.Training, data: nodes.Data | None, binder: Binder
) -> Statements:
    """The statements of a section; those of other libraries are reported."""
    settings = list(section.settings)
    callbacks: list[nodes.Call] = []
    unclear = bool(section.unread)
    for call in section.callbacks:
        held = _settings_in(call, binder)
        if held is None:
            callbacks.append(call)
            unclear |= call.name.text not in TABLE["callback"]
        settings += held or ()
    known: list[nodes.Setting] = []
    for setting in settings:
        if setting.name.text in SETTINGS:
            known.append(setting)
            continue
        meant, more, help = _meaning(setting, settings, data)
        binder.diagnostics.error(
            "unknown-setting",
            f"there is no setting called `{setting.name.text}`",
            setting.name.span,
            help=help,
        )
        known += meant
        callbacks += more
        unclear |= not (meant or more or (isinstance(help, Fix) and help.edits))
    return Statements(tuple(known), tuple(callbacks), unclear)


def written(node: nodes.Value | nodes.Argument) -> str:
    """The text of a value, for help lines."""
    from nnspec.written import written  # noqa: PLC0415 -- on errors only

    return written(node)


def _settings_in(call: nodes.Call, binder: Binder) -> list[nodes.Setting] | None:
    """The settings that a call such as `compile(...)` holds, reported; or None."""
    if call.name.text in TABLE["callback"]:
        return None
    from nnspec.habits.meaning import settings_in  # noqa: PLC0415 -- on errors only

    held = settings_in(call)
    if held is None:
        return None
    lines = "\n".join(f"{s.name.text} = {written(s.value)}" for s in held)
    example = written(held[0].value) if held else ""
    binder.diagnostics.error(
        "unknown-callback",
        f"there is no callback called `{call.name.text}`",
        call.name.span,
        help=Fix(
            "each of its arguments is a line of the section, such as "
            f"`{held[0].name.text} = {example}`"
            if held
            else "remove it: the script trains",
            Edit(call.span, lines),
        ),
    )
    return list(held)


def _meaning(
    setting: nodes.Setting,
    settings: Iterable[nodes.Setting],
    data: nodes.Data | None,
) -> tuple[list[nodes.Setting], list[nodes.Call], str]:
    """The settings and callbacks that one stands for, and the help line."""
    name = setting.name.text
    if name == "callbacks":
        return [], *_callbacks(setting)
    if found := exactly(name, SETTINGS):
        return [_renamed(setting, found)], [], _offered(setting, found)
    if found := exactly(name, TABLE["callback"]):
        help = f"`{found}` is a callback: write `{found}(...)`"
        return [], [], Fix(help, Edit(setting.span, f"{found}()"))
    habit = habits.lookup("SETTINGS", None, name) or habits.lookup(
        "SETTINGS", None, name, loosely=True
    )
    other = habit[1][1] if habit else name
    if other in SETTINGS:
        return [_renamed(setting, other)], [], _offered(setting, other)
    if other.startswith("split("):
        return [], [], _split(setting, other[6:-1], data)
    if entry := _optimizer_with(other, settings):
        return [], [], _of_optimizer(setting, other, entry, settings)
    removed = habits.lookup("REMOVED", "training", name, loosely=True)
    if removed:
        help = f"remove it: {removed[1][1]}"
        return [], [], Fix(help, Edit(setting.span, ""))
    listed = "the settings are " + ", ".join(f"`{known}`" for known in SETTINGS)
    return [], [], did_you_mean(name, SETTINGS) or listed


def _renamed(setting: nodes.Setting, name: str) -> nodes.Setting:
    return replace(setting, name=replace(setting.name, text=name))


def _offered(setting: nodes.Setting, name: str) -> Fix:
    return Fix(f"did you mean `{name}`?", Edit(setting.name.span, name))


def _callbacks(setting: nodes.Setting) -> tuple[list[nodes.Call], str]:
    """The callbacks of a list, each a statement of its own."""
    items = setting.value.items if isinstance(setting.value, nodes.ListValue) else ()
    calls = [item for item in items if isinstance(item, nodes.Call)]
    example = written(calls[0]) if calls else "early_stopping(patience=5)"
    lines = "\n".join(map(written, calls))
    help = f"each callback is a statement of its own, such as `{example}`"
    return calls, Fix(help, Edit(setting.span, lines))


def _split(setting: nodes.Setting, part: str, data: nodes.Data | None) -> str:
    """The way out for a part that is set apart in the data section."""
    share = f"{part}={written(setting.value)}"
    help = f"samples are set apart in the data section: `split({share})`"
    if data is None or not data.calls:
        return help
    last = data.calls[-1]
    place, text = last.span.end, f"\nsplit({share})"
    for call in data.calls:
        if call.name.text == "split" and call.arguments:
            place, text = call.arguments[-1].span.end, f", {share}"
    return Fix(help, Edit(setting.span, ""), Edit(Span(place, place), text))


def _optimizer_with(name: str, settings: Iterable[nodes.Setting]) -> str | None:
    """The optimizer that has an argument: the one that is written, if it has it."""
    entries = TABLE["optimizer"]
    used = _optimizer_name(_optimizer(settings))
    for known in dict.fromkeys((used, _DEFAULT, *entries)):
        entry = entries.get(known)
        if entry and any(a.name == name for a in entry.arguments):
            return known
    return None


def _optimizer(settings: Iterable[nodes.Setting]) -> nodes.Value | None:
    values = (s.value for s in settings if s.name.text == "optimizer")
    return next(values, None)


def _optimizer_name(value: nodes.Value | None) -> str:
    match value:
        case nodes.Call(name=name):
            text = name.text
        case nodes.Name(text=text) | nodes.Text(value=text):
            pass
        case _:
            return ""
    return exactly(text.rpartition(".")[2], TABLE["optimizer"]) or ""


def _of_optimizer(
    setting: nodes.Setting,
    name: str,
    entry: str,
    settings: Iterable[nodes.Setting],
) -> str:
    """The way out for what is an argument of the optimizer."""
    value = _optimizer(settings)
    used = _optimizer_name(value)
    given = value.arguments if isinstance(value, nodes.Call) else ()
    if used and (_is_given(name, given) or used != entry):
        why = f"`{used}` has " + ("one already" if used == entry else "none")
        return Fix(f"remove it: {why}", Edit(setting.span, ""))
    inside = [*map(written, given), f"{name}={written(setting.value)}"]
    whole = f"{used or entry}({', '.join(inside)})"
    help = f"it is an argument of the optimizer: `optimizer = {whole}`"
    if value is None:
        return Fix(help, Edit(setting.span, f"optimizer = {whole}"))
    return Fix(help, Edit(setting.span, ""), Edit(value.span, whole))


def _is_given(name: str, arguments: Iterable[nodes.Argument]) -> bool:
    names = (a.name.text if a.name else "" for a in arguments)
    first = name == "learning_rate"
    return any(n == name or (first and not n) for n in names)


def unfolded(
    body: tuple[nodes.Layer | nodes.Repeat | nodes.Unread, ...], binder: Binder
) -> Iterator[nodes.Layer | nodes.Repeat | nodes.Unread]:
    """The statements of a network; those in `Sequential([...])` are reported."""
    for statement in body:
        held = None
        if isinstance(statement, nodes.Layer) and statement.call.name.text not in (
            *binder.library["layer"],
            *PLANNED["layer"],
        ):
            from nnspec.habits.meaning import layers_in  # noqa: PLC0415 -- on errors

            held = layers_in(statement.call)
        if held is None or not isinstance(statement, nodes.Layer):
            yield statement
            continue
        call = statement.call
        lines = "\n".join(map(written, held))
        binder.diagnostics.error(
            "unknown-layer",
            f"there is no layer called `{call.name.text}`",
            call.name.span,
            help=Fix(
                "each layer stands on a line of its own"
                + (f", such as `{written(held[0])}`" if held else ""),
                Edit(call.span, lines),
            ),
        )
        yield from (nodes.Layer(c.span, c, None, ()) for c in held)
