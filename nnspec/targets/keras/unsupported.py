"""What of a spec has no script of Keras yet."""

from __future__ import annotations

from collections.abc import Iterator

from nnspec import ir
from nnspec.diagnostics import Diagnostic
from nnspec.source import Span
from nnspec.targets.keras.names import ATTENDS, FORGOTTEN, FUNCTIONS
from nnspec.targets.keras.network import uses_within
from nnspec.targets.keras.weights import plan_class_weights
from nnspec.targets.numpy.data import plan_data

_HELP = "leave it out, or compile the script of NumPy: without `--target keras`"


def unsupported(model: ir.Model) -> Iterator[Diagnostic]:
    """An error for each thing that Keras cannot express, or this target not yet."""
    for call in model.network.calls:
        name = call.use.entry.name  # Keras freezes no layers that these have within
        if name in ATTENDS and call.use.arguments.get("trainable") is False:
            yield _error(f"`{name}` with `trainable=false`", call.span)
        for use in uses_within(call.use):
            if use is not call.use and use.entry.name in FUNCTIONS:
                what = f"`{use.name}` within `{call.use.name}`"
                yield _error(f"{what}, whose shape it mistakes", call.span)
        if name in FORGOTTEN:
            yield _error(f"`{name}`, whose kernel Keras forgets on JAX", call.span)
    for one in model.by_output():
        training = one.training
        for use in training.metrics if training else ():
            if use.arguments.get("num_regressors"):
                what = f"metric `{use.name}` with `num_regressors`, which fails on JAX"
                yield _error(what, use.span_of("num_regressors"))
        weights = plan_class_weights(one)
        if training and weights and weights.sampled and _in_batches(model):
            what = "`class_weight` of each label where samples are made batch by batch"
            yield _error(what, training.class_weight_span)


def _in_batches(model: ir.Model) -> bool:
    return plan_data(model, dense=True).in_batches


def _error(what: str, span: Span) -> Diagnostic:
    message = f"a script of Keras has no {what}"
    return Diagnostic("not-supported-yet", "error", message, span, _HELP)
