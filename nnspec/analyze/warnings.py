"""Warnings: specs that run, but will not learn what their author means."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.training import last_activation
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.entry import Layer, Loss, Use

_PROBABILITIES = ("sigmoid", "softmax")


def warn(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Add the warnings that a sound model deserves."""
    _softmax_of_one(model, diagnostics)
    _softmax_twice(model, diagnostics)
    _dropout_last(model, diagnostics)
    if model.training is not None:
        _loss_and_activation(model, model.training, diagnostics)
        _too_few_units(model, model.training, diagnostics)


def _activation(layer: ir.Layer) -> str | None:
    """The name of the activation that ends a layer."""
    use = layer.use.arguments.get("activation")
    return use.entry.name if isinstance(use, Use) else layer.use.entry.name


def _is_softmax_of_one(layer: ir.Layer) -> bool:
    return _activation(layer) == "softmax" and layer.output_shape[-1:] == (1,)


def _softmax_of_one(model: ir.Model, diagnostics: Diagnostics) -> None:
    classes = model.data.classes if model.data else None
    for layer in filter(_is_softmax_of_one, model.layers):
        diagnostics.warning(
            "softmax-of-one",
            "softmax over a single unit is always 1, so nothing is learnt",
            layer.span,
            help=f"for {classes} classes use `dense({classes}, softmax)`"
            if classes and classes > 2
            else "for two classes use `dense(1, sigmoid)` with `binary_crossentropy`",
        )


def _softmax_twice(model: ir.Model, diagnostics: Diagnostics) -> None:
    for before, layer in zip(model.layers, model.layers[1:], strict=False):
        if _activation(before) == "softmax" and layer.use.entry.name in (
            "softmax",
            "activation",
        ):
            if _activation(layer) != "softmax":
                continue
            diagnostics.warning(
                "softmax-twice",
                "softmax of a softmax: the outputs will hardly differ",
                layer.span,
                help="remove one of the two",
                notes=[Note(before.span, "the first softmax")],
            )


def _dropout_last(model: ir.Model, diagnostics: Diagnostics) -> None:
    last = model.layers[-1]
    if cast(Layer, last.use.entry).draws:
        diagnostics.warning(
            "dropout-on-output",
            f"`{last.use.entry.name}` on the network's output changes predictions at "
            "random while training",
            last.span,
            help="put it before the last `dense`, or remove it",
        )


def _loss_and_activation(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    loss, entry = training.loss, training.loss.entry
    assert isinstance(entry, Loss)
    use = last_activation(model.layers)
    name = use.entry.name if use else "linear"
    if name == "softmax" and model.output_shape[-1:] == (1,):
        return  # that nothing is learnt has been told
    last = Note(model.layers[-1].span, "the output")
    if entry.fused is None:
        if name == "softmax":
            diagnostics.warning(
                "softmax-with-" + (entry.aliases or (entry.name,))[0],
                f"softmax with `{entry.name}` learns slowly: its gradient vanishes "
                "where the network is most wrong",
                loss.span,
                help="for classes use `categorical_crossentropy` or "
                "`sparse_categorical_crossentropy`",
                notes=[last],
            )
        return
    if loss.arguments["from_logits"]:
        if name in (*_PROBABILITIES, "relu"):
            diagnostics.warning(
                "logits-expected",
                f"`from_logits=true` takes outputs before {entry.fused}, but {name} "
                "has been applied",
                loss.span_of("from_logits"),
                help=f"remove `{name}` from the last layer"
                + ", or `from_logits=true`" * (name == entry.fused),
                notes=[last],
            )
    elif name not in _PROBABILITIES:
        diagnostics.warning(
            "probabilities-expected",
            f"`{entry.name}` takes probabilities, but the output is {name}",
            loss.span,
            help=_ending(entry, model)
            + f", or write `{loss.name}(from_logits=true)`" * (name == "linear"),
            notes=[last],
        )
    elif name != entry.fused:
        diagnostics.warning(
            "activation-and-loss",
            f"`{entry.name}` goes with {entry.fused}, but the output is {name}",
            loss.span,
            help=_ending(entry, model),
            notes=[last],
        )


def _ending(loss: Loss, model: ir.Model) -> str:
    """How a network for the loss ends."""
    units = model.output_shape[-1] if model.output_shape else 1
    if loss.fused == "softmax" and units == 1:
        return "for two classes use `dense(1, sigmoid)` with `binary_crossentropy`"
    return f"end the network in {loss.fused}: `dense({units}, {loss.fused})`"


def _too_few_units(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    entry = training.loss.entry
    if model.data is None or model.data.classes is None or not model.output_shape:
        return
    assert isinstance(entry, Loss)
    classes, units = model.data.classes, model.output_shape[-1]
    if _is_softmax_of_one(model.layers[-1]):
        return
    if entry.target == "index" and units < classes:
        diagnostics.warning(
            "labels-outside-units",
            f"the data has {classes} classes, but the last layer has {units} "
            f"unit{'s' * (units != 1)}",
            model.layers[-1].span,
            help=f"write `dense({classes}, softmax)`",
            notes=[Note(model.data.span, f"{classes} classes")],
        )
