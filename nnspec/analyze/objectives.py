"""What training makes of each output: the settings that may stand for each by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from nnspec import ir
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics, Note, did_you_mean
from nnspec.source import Span
from nnspec.table.entry import Use
from nnspec.table.pairs import ForOutputs, Pair

#: In the history, these begin what is told of a part or of all outputs together.
_TAKEN = ("loss", "val", "test")
_PREFIXES = ("val_", "test_")


def objectives(
    settings: Use, network: ir.Network, binder: Binder
) -> tuple[ir.Objective, ...] | None:
    """An objective for each output that has a loss, or None where errors are told."""
    told = len(binder.diagnostics.found)
    names = network.output_names
    several = len(names) > 1
    if several:
        _verify_names(network, binder.diagnostics)
    elif settings.arguments["loss_weights"] is not None:
        binder.diagnostics.error(
            "argument-conflict",
            "the network has one output, whose loss is all there is",
            settings.span_of("loss_weights"),
            help="remove `loss_weights`",
        )
    found = {
        name: _by_output(name, settings, names, binder.diagnostics)
        for name in ("loss", "loss_weights", "metrics", "class_weight")
    }
    losses = cast("Mapping[str, Use | None]", found["loss"])
    if len(binder.diagnostics.found) == told:
        _verify_losses(settings, losses, names, binder.diagnostics)
    if len(binder.diagnostics.found) > told:
        return None
    places = _places(settings.arguments["class_weight"])
    return tuple(
        ir.Objective(
            name=name,
            loss=loss,
            metrics=cast("tuple[Use, ...]", found["metrics"].get(name, ())),
            class_weight=cast("ir.ClassWeight", found["class_weight"].get(name)),
            class_weight_span=places.get(name, settings.span_of("class_weight")),
            weight=cast(float, found["loss_weights"].get(name, 1.0)),
            prefix=f"{name}_" if several else "",
        )
        for name in names
        if (loss := losses[name])
    )


def _by_output(
    setting: str, settings: Use, names: tuple[str, ...], diagnostics: Diagnostics
) -> dict[str, object]:
    """What a setting says for each output: the same for all, or what pairs say."""
    value = settings.arguments[setting]
    if value is None and setting == "loss_weights":
        return dict.fromkeys(names, 1.0)
    if not isinstance(value, ForOutputs):
        return dict.fromkeys(names, value)
    first: dict[str, Pair] = {}
    for pair in value.pairs:
        name = cast(str, pair.key)
        if name not in names:
            known = ", ".join(f"`{known}`" for known in names)
            diagnostics.error(
                "unknown-output",
                f"the network has no output `{name}`",
                pair.span,
                help=did_you_mean(name, names) or f"its outputs are {known}",
            )
        elif name in first:
            diagnostics.error(
                "doubled-name",
                f"`{name}` stands twice in `{setting}`",
                pair.span,
                help="remove one of the two",
                notes=[Note(first[name].span, "the first one")],
            )
        first.setdefault(name, pair)
    return {name: pair.value for name, pair in first.items()}


def _places(value: object) -> dict[str, Span]:
    pairs = value.pairs if isinstance(value, ForOutputs) else ()
    return {cast(str, pair.key): pair.span for pair in pairs}


def _verify_losses(
    settings: Use,
    losses: Mapping[str, Use | None],
    names: tuple[str, ...],
    diagnostics: Diagnostics,
) -> None:
    """Each output has a loss or `none`; what else is told goes with a loss."""
    lacking = [name for name in names if name not in losses]
    for name in lacking:
        diagnostics.error(
            "missing-loss",
            f"the output `{name}` needs a loss",
            settings.span_of("loss"),
            help=f"add one, or `{name}: none` if it is only predicted",
        )
    if not lacking and not any(losses.values()):
        diagnostics.error(
            "missing-loss",
            "no output has a loss, so there is nothing to train for",
            settings.span_of("loss"),
            help="give one of them a loss, such as `mse`",
        )
    for setting, pair in _of_outputs(settings):
        if pair.key in losses and losses[cast(str, pair.key)] is None:
            diagnostics.error(
                "argument-conflict",
                f"`{setting}` is for outputs with a loss, but `{pair.key}` is only "
                "predicted",
                pair.span,
                help=f"give it a loss, or take it out of `{setting}`",
            )


def _of_outputs(settings: Use) -> Iterator[tuple[str, Pair]]:
    for setting in ("loss_weights", "metrics", "class_weight"):
        value = settings.arguments[setting]
        for pair in value.pairs if isinstance(value, ForOutputs) else ():
            yield setting, pair


def _verify_names(network: ir.Network, diagnostics: Diagnostics) -> None:
    """Names of outputs begin those of what the history tells of them."""
    for name, call in zip(network.output_names, network.last, strict=True):
        if name in _TAKEN or name.startswith(_PREFIXES):
            diagnostics.error(
                "name-taken",
                f"no output is called `{name}`: names of the history begin so, such as "
                "`val_loss`",
                call.span,
                help="give it another name with `as`",
            )
