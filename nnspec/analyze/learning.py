"""Warnings: specs that run, but whose weights, or some of them, cannot learn."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.ways import after, entry_of, until
from nnspec.diagnostics import Diagnostics, Fix, Note
from nnspec.table.entry import ActivationEntry, activation_of

_CODE = "cannot-learn"
#: So many times its default, a learning rate is a slip of the pen.
_MANY_TIMES = 1000
#: Initializers that give all units the same.
_ALIKE = ("zeros", "ones", "constant")
#: Activations that are 0 at 0, and whose derivative is 0 there, too.
_FLAT_AT_0 = ("relu", "relu6")


def warn_of_learning(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Add the warnings that a model deserves if its weights cannot learn."""
    for layer in model.network.calls:
        _all_dropped(layer, diagnostics)
        if _has_kernel(layer) and layer.trainable_parameters:
            _nothing_but_0(model.network, layer, diagnostics)
            _all_alike(model.network, layer, diagnostics)
    if model.training is not None:
        _rate_of_0(model.training, diagnostics)
        _large_rate(model.training, diagnostics)
        _batch_of_1(model, model.training, diagnostics)


def _all_dropped(layer: ir.Call, diagnostics: Diagnostics) -> None:
    entry = entry_of(layer)
    if entry.draws == "mask" and layer.use.arguments.get("rate") == 1:
        diagnostics.warning(
            _CODE,
            f"with a rate of 1, `{entry.name}` drops everything while training: no "
            "weight before it learns",
            layer.use.span_of("rate"),
            help=f"lower it, as in `{entry.name}(0.5)`",
        )


def _nothing_but_0(
    network: ir.Network, first: ir.Call, diagnostics: Diagnostics
) -> None:
    """Weights that are all 0, before an activation that is flat there."""
    if any(weight.initializer.entry.name != "zeros" for weight in first.weights):
        return
    uses = [activation_of(first.use)]
    users = after(network, first)
    if len(users) == 1 and not users[0].weights:
        uses.append(activation_of(users[0].use))
    use = next(filter(None, uses), None)
    if use is None or use.entry.name not in _FLAT_AT_0:
        return
    low, _ = cast(ActivationEntry, use.entry).limits(use.arguments)
    if low == 0:
        diagnostics.warning(
            _CODE,
            f"weights of 0 give {use.entry.name} nothing but 0, where its derivative "
            "is 0, too: they never change",
            first.weights[0].initializer.span,
            help="leave `kernel_initializer` out",
        )


def _all_alike(network: ir.Network, first: ir.Call, diagnostics: Diagnostics) -> None:
    """Units whose weights begin alike, as do those of what goes out of them.

    What is drawn for them or merged with them tells them apart; labels do, too.
    """
    if first.output_shape[-1] == 1 or not _begins_alike(first):
        return
    between, out = until(network, first, _has_kernel)
    apart = any(entry_of(c).draws or len(c.inputs) > 1 for c in between)
    names = {call.name for call in (first, *between)}
    if not out or apart or not names.isdisjoint(network.outputs):
        return
    if all(map(_begins_alike, (*between, *out))):
        diagnostics.warning(
            _CODE,
            f"all units of `{first.use.entry.name}` begin alike, and so does what goes "
            "out of them: they stay alike",
            first.weights[0].initializer.span,
            help="leave `kernel_initializer` out",
            notes=[Note(out[0].weights[0].initializer.span, "goes out of them")],
        )


def _has_kernel(layer: ir.Call) -> bool:
    return any(weight.name.endswith("/kernel") for weight in layer.weights)


def _begins_alike(layer: ir.Call) -> bool:
    return all(weight.initializer.entry.name in _ALIKE for weight in layer.weights)


def _rate_of_0(training: ir.Training, diagnostics: Diagnostics) -> None:
    if training.optimizer.arguments["learning_rate"] == 0:
        diagnostics.warning(
            _CODE,
            "with a learning rate of 0, no weight changes",
            training.optimizer.span_of("learning_rate"),
            help="leave it out, or write a number above 0",
        )


def _large_rate(training: ir.Training, diagnostics: Diagnostics) -> None:
    """A learning rate of another order than any that optimizer learns with."""
    optimizer = training.optimizer
    rates = [a for a in optimizer.entry.arguments if a.name == "learning_rate"]
    usual, rate = rates[0].default, optimizer.arguments["learning_rate"]
    if not isinstance(usual, float) or not isinstance(rate, float):
        return
    if rate > _MANY_TIMES * usual:
        diagnostics.warning(
            "large-learning-rate",
            f"`{optimizer.entry.name}` hardly learns with a learning rate of {rate:g}: "
            "its steps are far too large",
            optimizer.span_of("learning_rate"),
            help=Fix(f"begin with its usual one, `{usual:g}`", text=f"{usual:g}"),
        )


def _batch_of_1(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """Of one value, the mean is the value."""
    for layer in model.network.calls:
        alone = len(layer.input_shape) == 1 and training.batch_size == 1
        by_batch = entry_of(layer).by_batch
        if by_batch and alone and layer.trainable_parameters:
            name = layer.use.entry.name
            diagnostics.warning(
                _CODE,
                f"in a batch of one sample, `{name}` leaves nothing of its input: no "
                "weight before it learns",
                layer.span,
                help="raise `batch_size`, or use `layer_normalization`",
            )
