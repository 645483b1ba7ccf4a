"""The training section: settings, and what the loss expects of the network."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.foreign import SETTINGS, translated
from nnspec.analyze.objectives import objectives
from nnspec.bind import Binder
from nnspec.diagnostics import Edit, Fix, Note
from nnspec.record import replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import Use
from nnspec.table.settings import TRAINING


def analyze_training(
    section: nodes.Training,
    data: nodes.Data | None,
    network: ir.Network | None,
    binder: Binder,
) -> ir.Training | None:
    """The settings with their defaults, or None where errors were reported.

    So it is without a network, whose outputs the settings are for.
    """
    told = len(binder.diagnostics.found)
    statements = translated(section, data, binder)
    callbacks = [_callback(call, binder) for call in statements.callbacks]
    sound = None not in callbacks and len(binder.diagnostics.found) == told
    settings: list[nodes.Argument] = []
    first: dict[str, nodes.Setting] = {}
    for setting in statements.settings:
        name = setting.name.text
        if name in first:
            _doubled(setting, first[name], binder)
            sound = False
        else:
            first[name] = setting
            settings.append(
                nodes.Argument(setting.name.span, setting.name, setting.value)
            )
    expected = TRAINING
    if "loss" not in first:
        sound = False
        if not statements.unclear:
            _missing_loss(section, binder)
        rest = (a for a in TRAINING.arguments if a.name != "loss")
        expected = replace(TRAINING, arguments=tuple(rest))
    call = nodes.Call(section.keyword.span, section.keyword, tuple(settings))
    use = binder.arguments(expected, call)
    if use is None or not sound:
        return None
    optimizer = _accumulating(use, binder)
    if network is None or (found := objectives(use, network, binder)) is None:
        return None
    by_output = ("loss", "loss_weights", "metrics", "class_weight")
    others = {"optimizer", "gradient_accumulation", *by_output}
    return ir.Training(
        **{k: v for k, v in use.arguments.items() if k not in others},  # type: ignore[arg-type]
        objectives=found,
        optimizer=optimizer,
        callbacks=tuple(filter(None, callbacks)),
        span=section.keyword.span,
    )


def _accumulating(settings: Use, binder: Binder) -> Use:
    """The optimizer, with the batches of an update that the setting may tell."""
    optimizer = cast(Use, settings.arguments["optimizer"])
    steps = optimizer.arguments["gradient_accumulation_steps"]
    batches = settings.arguments["gradient_accumulation"]
    if "gradient_accumulation" not in settings.spans or batches == steps:
        return optimizer
    if steps is not None:
        binder.diagnostics.error(
            "argument-conflict",
            f"`gradient_accumulation` is {batches} here, but the optimizer's "
            f"`gradient_accumulation_steps` is {steps}: they mean the same",
            settings.span_of("gradient_accumulation"),
            help="remove one of the two",
            notes=[Note(optimizer.span_of("gradient_accumulation_steps"), "the other")],
        )
    more = {"gradient_accumulation_steps": batches if batches != 1 else None}
    return replace(optimizer, arguments={**optimizer.arguments, **more})


def _callback(call: nodes.Call, binder: Binder) -> Use | None:
    name = call.name
    if name.text not in SETTINGS:
        return binder.call("callback", call)
    binder.diagnostics.error(
        "unknown-callback",
        f"`{name.text}` is a setting, and has no arguments",
        name.span,
        help=f"a setting is written `{name.text} = value`",
    )
    return None


def _missing_loss(section: nodes.Training, binder: Binder) -> None:
    likely = sorted(binder.likely - {"probabilities"})
    rules = (*section.settings, *section.callbacks)
    place = min((r.span.start for r in rules), default=section.span.end - 1)
    binder.diagnostics.error(
        "missing-loss",
        "the training section needs a loss",
        section.keyword.span,
        help=Fix(
            f"what the network ends in speaks for `loss = {likely[0]}`",
            Edit(Span(place, place), f"loss = {likely[0]}\n"),
        )
        if likely
        else "add one, such as `loss = sparse_categorical_crossentropy` for classes, "
        "or `loss = mean_squared_error` for values",
    )


def _doubled(setting: nodes.Setting, earlier: nodes.Setting, binder: Binder) -> None:
    binder.diagnostics.error(
        "doubled-setting",
        f"`{setting.name.text}` is set twice",
        setting.name.span,
        help="remove one of the two",
        notes=[Note(earlier.name.span, "set here already")],
    )
