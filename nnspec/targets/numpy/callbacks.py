"""The callbacks: what each goes by, and what they do to the training together."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.callbacks import monitored_by
from nnspec.table.entry import Use
from nnspec.table.training_entry import CallbackEntry
from nnspec.targets.numpy.layout import quoted
from nnspec.targets.numpy.program import Callback, Callbacks
from nnspec.targets.quote import Code, literal

#: Numbers that are told even where they are left out.
_ALWAYS = ("patience", "factor")


def plan_callbacks(
    model: ir.Model, training: ir.Training, rate: Code, learns: bool
) -> Callbacks:
    """The callbacks of a training; `rate` is its learning rate if none sets one.

    `learns` says that something is learnt from the data.
    """
    entries = [cast(CallbackEntry, use.entry) for use in training.callbacks]
    used = list(zip(entries, training.callbacks, strict=True))
    sets_rate = any(entry.sets_rate for entry in entries)
    return Callbacks(
        uses=tuple(
            _callback(use, training, learns, number)
            for number, use in enumerate(training.callbacks)
        ),
        needs=_needs(model, training),
        acts=sets_rate or any(entry.stops(use.arguments) for entry, use in used),
        stops=any(entry.stops(use.arguments) for entry, use in used),
        breaks=any(entry.breaks(use.arguments) for entry, use in used),
        restores=any(entry.restores(use.arguments) for entry, use in used),
        raises=any(use.arguments.get("raise_error") for use in training.callbacks),
        rate=Code("state.rate") if sets_rate else rate,
        files=tuple(f for entry, use in used for f in entry.files(use.arguments)),
    )


def _callback(use: Use, training: ir.Training, learns: bool, number: int) -> Callback:
    entry = cast(CallbackEntry, use.entry)
    rises = entry.monitors(use.arguments) and _rises(use, training)
    path = cast(str, use.arguments[entry.file]) if entry.file else ""
    return Callback(
        template=entry.name,
        values=_values(use, rises=rises) if entry.monitors(use.arguments) else None,
        course=_course(use, training, number),
        given=_given(use, rises=rises),
        file=literal(path) if path else None,
        learns=learns,
        formatted=bool(entry.suffix and set("{}") & set(path)),
        arguments=quoted(use.arguments),
    )


def _course(use: Use, training: ir.Training, number: int) -> Code:
    """Where a callback keeps how far it is, by its name and its number among equals."""
    before = [other.name for other in training.callbacks[:number]].count(use.name)
    return Code(f"state.{use.name}_{before}" if before else f"state.{use.name}")


def _rises(use: Use, training: ir.Training) -> bool:
    """Whether more is better of what a callback goes by."""
    mode, name = use.arguments["mode"], cast(str, use.arguments["monitor"])
    natural = training.monitored[name.removeprefix("val_")]
    return natural if mode == "auto" else mode == "max"


def _values(use: Use, *, rises: bool) -> Code:
    """The values of a history that grows, one after the other; the less, the better."""
    name = literal(use.arguments["monitor"])
    return Code(f"({'-' * rises}row[{name}] for row in state.history)")


def _given(use: Use, *, rises: bool) -> Code:
    """The numbers that differ from their defaults, by name."""
    words = []
    for argument in use.entry.arguments:
        value = use.arguments[argument.name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if argument.name in ("baseline", "initial_value_threshold") and rises:
            value = -value
        if value != argument.default or argument.name in _ALWAYS:
            words.append(f"{argument.name}={literal(value)}")
    return Code(", ".join(words))


def _needs(model: ir.Model, training: ir.Training) -> Code | None:
    """What to say where a validation part is missing that only the data can have."""
    if model.data and model.data.split and model.data.split.validation:
        return None
    for use in training.callbacks:
        for name, _ in monitored_by(use):
            if name.startswith("val_"):
                return literal(f"{use.name} needs x_validation and y_validation")
    return None
