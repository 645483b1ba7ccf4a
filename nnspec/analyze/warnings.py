"""Warnings: specs that run, but will not learn what their author means."""

from __future__ import annotations

from math import inf
from typing import cast

from nnspec import ir
from nnspec.analyze.ways import activations, before, entry_of
from nnspec.diagnostics import Diagnostics, Edit, Fix, Note
from nnspec.table.activations import summed_axis, sums_last
from nnspec.table.entry import ActivationEntry, Use, activation_of
from nnspec.table.training_entry import LossEntry

#: What arguments such as `kernel_initializer` can say of a weight.
_RULES = ("initializer", "regularizer", "constraint")


def warn(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Add the warnings that a sound model deserves."""
    _softmax_of_one(model, diagnostics)
    _softmax_twice(model, diagnostics)
    _dropout_last(model, diagnostics)
    _no_penalty(model, diagnostics)
    _unused_arguments(model, diagnostics)
    if model.training is not None:
        _without_effect(model.training.optimizer, diagnostics)
        if not diagnostics.has_errors:  # else their ways out may contradict
            _loss_and_activation(model, model.training, diagnostics)
            _too_few_units(model, model.training, diagnostics)


def _without_effect(use: Use, diagnostics: Diagnostics) -> None:
    """Arguments that need another one, which is not given."""
    for argument in use.entry.arguments:
        value = use.arguments[argument.name]
        if isinstance(value, Use):
            _without_effect(value, diagnostics)
        needs = argument.needs
        if needs and value != argument.default and not use.arguments[needs]:
            diagnostics.warning(
                "unused-argument",
                f"`{argument.name}` has no effect without `{needs}`",
                use.span_of(argument.name),
                help=f"give `{needs}`, too, or remove `{argument.name}`",
            )


def _normalizing(layer: ir.Call) -> Use | None:
    """The activation of a layer that sums over an axis, such as softmax."""
    use = activation_of(layer.use)
    return use if use and cast(ActivationEntry, use.entry).normalizes else None


def _is_softmax_of_one(layer: ir.Call) -> bool:
    use, shape = _normalizing(layer), layer.output_shape
    return use is not None and shape[summed_axis(shape, use) - 1] == 1


def _softmax_of_one(model: ir.Model, diagnostics: Diagnostics) -> None:
    classes = model.data.classes if model.data else None
    for layer in filter(_is_softmax_of_one, model.network.calls):
        use = cast(Use, activation_of(layer.use))
        last = sums_last(layer.output_shape, use)
        _, always = cast(ActivationEntry, use.entry).limits(use.arguments)
        diagnostics.warning(
            "softmax-of-one",
            f"{use.entry.name} over a single {'unit' if last else 'value'} is always "
            f"{always}, so nothing is learnt",
            layer.span,
            help="take the axis of the classes, such as -1, the last one"
            if not last
            else _for_classes(layer, use, classes, model.training),
        )


def _for_classes(
    layer: ir.Call, use: Use, classes: int | None, training: ir.Training | None
) -> str:
    """The way out for one unit that should tell classes apart."""
    if classes and classes > 2:
        units = layer.use.spans.get("units")
        edits = (Edit(units, str(classes)),) if units else ()
        return Fix(f"for {classes} classes use `dense({classes}, softmax)`", *edits)
    two = "for two classes use `dense(1, sigmoid)` with `binary_crossentropy`"
    loss = cast(LossEntry, training.loss.entry) if training else None
    if classes == 2 or loss is None or loss.target == "indicator":
        changes = [Edit(use.span, "sigmoid")] if use.span != layer.use.span else []
        if training and loss and loss.target != "indicator":
            changes.append(Edit(training.loss.span, "binary_crossentropy"))
        return Fix(two, *changes)
    return f"take a unit for each class, as in `dense(3, softmax)`; {two}"


def _softmax_twice(model: ir.Model, diagnostics: Diagnostics) -> None:
    for layer in model.network.calls:
        second, given = _normalizing(layer), before(model.network, layer)
        if second is None or layer.weights or len(given) != 1:
            continue
        first = _normalizing(given[0])
        if first is None:
            continue
        if _is_probability(first):
            diagnostics.warning(
                "softmax-twice",
                f"{second.entry.name} of a {first.entry.name}: the outputs will hardly "
                "differ",
                layer.span,
                help="remove one of the two",
                notes=[Note(given[0].span, f"the first {first.entry.name}")],
            )


def _is_probability(use: Use) -> bool:
    """Whether all that an activation makes is from 0 to 1."""
    low, high = cast(ActivationEntry, use.entry).limits(use.arguments)
    return low >= 0 and high <= 1


def _dropout_last(model: ir.Model, diagnostics: Diagnostics) -> None:
    last = model.network.last[0]
    if entry_of(last).draws:
        diagnostics.warning(
            "dropout-on-output",
            f"`{last.use.entry.name}` on the network's output changes predictions at "
            "random while training",
            last.span,
            help="put it before the last `dense`, or remove it",
        )


def _no_penalty(model: ir.Model, diagnostics: Diagnostics) -> None:
    for layer in model.network.calls:
        inner = [u for u in layer.use.arguments.values() if isinstance(u, Use)]
        for use in (layer.use, *inner):
            names = {argument.name for argument in use.entry.arguments}
            if names == {"l1", "l2"} and not use.spans:
                diagnostics.warning(
                    "no-penalty",
                    f"`{use.entry.name}` without factors penalizes nothing",
                    use.span,
                    help=f"give it one or both: `{use.entry.name}(l1=0.01, l2=0.01)`",
                )


def _unused_arguments(model: ir.Model, diagnostics: Diagnostics) -> None:
    """What is said of a weight that the layer does not have."""
    for layer in model.network.calls:
        use = layer.use
        entry = entry_of(layer)
        weights = entry.weights(entry.given(layer.input_shapes), use.arguments)
        known = {weight.stem for weight in weights} | {"activity"}
        for name, span in use.spans.items():
            stem, _, rule = name.rpartition("_")
            if rule in _RULES and use.arguments[name] and stem not in known:
                diagnostics.warning(
                    "unused-argument",
                    f"`{name}` has no effect: this `{use.entry.name}` has no {stem}",
                    span,
                    help="remove it"
                    + f", or `use_{stem}=false`" * (f"use_{stem}" in use.spans),
                )


def _loss_and_activation(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    loss, outputs = training.loss, cast(LossEntry, training.loss.entry).outputs
    use = activations(model.network)[model.network.outputs[0]]
    if use is None:
        return  # of several values, nobody knows
    if any(map(_is_softmax_of_one, model.network.calls)):
        return  # that nothing is learnt has been told
    last = Note(model.network.last[0].span, "the output")
    if loss.arguments.get("from_logits"):
        _logits(loss, use, last, diagnostics)
    elif outputs == "probabilities":
        _probabilities(model, loss, use, last, diagnostics)
    elif outputs == "positive":
        _positive(loss, use, last, diagnostics)
    elif outputs == "scores":
        _scores(loss, use, last, diagnostics)
    elif (
        cast(ActivationEntry, use.entry).normalizes
        and _is_probability(use)
        and not loss.entry.definition
    ):
        diagnostics.warning(
            "softmax-with-" + _short(cast(LossEntry, loss.entry)),
            f"{use.entry.name} with `{loss.entry.name}` learns slowly: its gradient "
            "vanishes where the network is most wrong",
            loss.span,
            help="for classes use `categorical_crossentropy` or "
            "`sparse_categorical_crossentropy`",
            notes=[last],
        )


def _short(entry: LossEntry) -> str:
    """The shortest name of a loss, as a part of a code."""
    return min((entry.name, *entry.aliases), key=len).replace("_", "-")


def _positive(loss: Use, use: Use, last: Note, diagnostics: Diagnostics) -> None:
    """Of negative outputs there is no logarithm, or it is cut off."""
    low, _ = cast(ActivationEntry, use.entry).limits(use.arguments)
    if low >= 0:
        return
    diagnostics.warning(
        "positive-expected",
        f"`{loss.entry.name}` takes outputs above 0, but those of {use.entry.name} may "
        "be negative",
        loss.span,
        help="end the network in an activation that is never negative, such as "
        "`softplus`",
        notes=[last],
    )


def _scores(loss: Use, use: Use, last: Note, diagnostics: Diagnostics) -> None:
    """What is never negative cannot be on the right side of 0 for both classes.

    Of several classes, the right one is to exceed the others by 1.
    """
    low, high = cast(ActivationEntry, use.entry).limits(use.arguments)
    sign = cast(LossEntry, loss.entry).target == "sign"
    if low < 0 or (not sign and high > 1):
        return
    name, other = use.entry.name, "binary" if sign else "categorical"
    why = "gives none below" if sign else f"gives none outside of {low:g} to {high:g}"
    diagnostics.warning(
        "scores-expected",
        f"`{loss.entry.name}` takes scores to both sides of 0, but {name} {why}",
        loss.span,
        help=f"remove `{name}` from the last layer"
        + f", or use `{other}_crossentropy`" * cast(LossEntry, loss.entry).of_outputs,
        notes=[last],
    )


def _logits(loss: Use, use: Use, last: Note, diagnostics: Diagnostics) -> None:
    """Logits can be any number: what an activation has cut off is lost."""
    fused = cast(LossEntry, loss.entry).fused
    activation, name = cast(ActivationEntry, use.entry), use.entry.name
    if activation.limits(use.arguments) == (-inf, inf) or activation.logits == fused:
        return
    diagnostics.warning(
        "logits-expected",
        f"`from_logits=true` takes outputs before {fused}, but {name} has been applied",
        loss.span_of("from_logits"),
        help=f"remove `{name}` from the last layer"
        + ", or `from_logits=true`" * (name == fused),
        notes=[last],
    )


def _probabilities(
    model: ir.Model, loss: Use, use: Use, last: Note, diagnostics: Diagnostics
) -> None:
    entry = cast(LossEntry, loss.entry)
    name, logits = use.entry.name, cast(ActivationEntry, use.entry).logits
    if not _is_probability(use):
        is_logits = name == "linear" or logits == entry.fused
        is_logits &= "from_logits" in loss.arguments
        diagnostics.warning(
            "probabilities-expected",
            f"`{entry.name}` takes probabilities, but the output is {name}",
            loss.span,
            help=_ending(entry, model)
            + f", or write `{loss.name}(from_logits=true)`" * is_logits,
            notes=[last],
        )
    elif name != (entry.fused or name) or not sums_last(model.output_shape, use):
        same = name == entry.fused
        axis = f" over axis {use.arguments['axis']}" if same else ""
        diagnostics.warning(
            "activation-and-loss",
            f"`{entry.name}` goes with {entry.fused}, but the output is {name}{axis}",
            loss.span,
            help=_ending(entry, model),
            notes=[last],
        )


def _ending(loss: LossEntry, model: ir.Model) -> str:
    """How a network for the loss ends."""
    units = model.output_shape[-1] if model.output_shape else 1
    activation = loss.fused or "softmax"
    if activation == "softmax" and units == 1:
        return "for two classes use `dense(1, sigmoid)` with `binary_crossentropy`"
    return f"end the network in {activation}: `dense({units}, {activation})`"


def _too_few_units(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    entry = training.loss.entry
    if model.data is None or model.data.classes is None or not model.output_shape:
        return
    assert isinstance(entry, LossEntry)
    classes, units = model.data.classes, model.output_shape[-1]
    if _is_softmax_of_one(model.network.last[0]):
        return
    if entry.target == "index" and units < classes:
        diagnostics.warning(
            "labels-outside-units",
            f"the data has {classes} classes, but the last layer has {units} "
            f"unit{'s' * (units != 1)}",
            model.network.last[0].span,
            help=f"write `dense({classes}, softmax)`",
            notes=[Note(model.data.span, f"{classes} classes")],
        )
