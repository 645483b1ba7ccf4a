"""The training section: settings, and what the loss expects of the network."""

from __future__ import annotations

from typing import cast

from nnspec import ir, syntax
from nnspec.bind import Binder
from nnspec.diagnostics import Note
from nnspec.table.entry import Use
from nnspec.table.planned import PLANNED
from nnspec.table.settings import TRAINING


def analyze_training(section: syntax.Training, binder: Binder) -> ir.Training | None:
    """The settings with their defaults, or None where errors were reported."""
    sound = True
    for callback in section.callbacks:
        sound = False
        binder.find("callback", callback.name)
    settings: list[syntax.Argument] = []
    first: dict[str, syntax.Setting] = {}
    for setting in section.settings:
        name = setting.name.text
        if name in PLANNED["setting"]:
            binder.find("setting", setting.name)
            sound = False
        elif name in first:
            _doubled(setting, first[name], binder)
            sound = False
        else:
            first[name] = setting
            settings.append(
                syntax.Argument(setting.name.span, setting.name, setting.value)
            )
    call = syntax.Call(section.keyword.span, section.keyword, tuple(settings))
    use = binder.arguments(TRAINING, call)
    if use is None or not sound:
        return None
    return ir.Training(**use.arguments, span=section.keyword.span)  # type: ignore[arg-type]


def _doubled(setting: syntax.Setting, earlier: syntax.Setting, binder: Binder) -> None:
    binder.diagnostics.error(
        "doubled-setting",
        f"`{setting.name.text}` is set twice",
        setting.name.span,
        notes=[Note(earlier.name.span, "set here already")],
    )


def last_activation(layers: tuple[ir.Layer, ...]) -> Use | None:
    """The activation that makes the network's output, None where it is linear."""
    for layer in reversed(layers):
        entry = layer.use.entry
        if entry.name in ("dense", "activation"):
            use = cast("Use | None", layer.use.arguments["activation"])
            return use if use and use.entry.name != "linear" else None
        if entry.name not in ("flatten", "reshape", "dropout"):
            return layer.use if entry.name not in ("linear", "input") else None
    return None
