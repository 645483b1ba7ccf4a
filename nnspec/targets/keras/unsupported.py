"""What of a spec has no script of Keras yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.analyze.targets import one_hot_labels
from nnspec.diagnostics import Diagnostic
from nnspec.source import Span
from nnspec.table.entry import MetricEntry
from nnspec.targets.keras.names import ATTENDS, FORGOTTEN

_HELP = "leave it out, or compile the script of NumPy: without `--target keras`"


def unsupported(model: ir.Model) -> Iterator[Diagnostic]:
    """An error for each thing that Keras cannot express, or this target not yet."""
    for call in model.network.calls:
        name = call.use.entry.name  # Keras freezes no layers that these have within
        if name in ATTENDS and call.use.arguments.get("trainable") is False:
            yield _error(f"`{name}` with `trainable=false`", call.span)
        if name in FORGOTTEN:
            yield _error(f"`{name}`, whose kernel Keras forgets on JAX", call.span)
    for one in model.by_output():
        if one.training:
            yield from _of_output(one, one.training)


def _of_output(model: ir.Model, training: ir.Training) -> Iterator[Diagnostic]:
    own = model.data.labels if model.data else ()
    changed = own and not (model.data and one_hot_labels(model.data))
    for use in training.metrics:
        entry = cast(MetricEntry, use.entry)
        if changed:
            what = (
                f"metric `{use.name}` in the units of the data, before `{own[0].name}`"
            )
            yield _error(what, use.span)
        elif isinstance(use.arguments.get("class_id"), str):
            what = f"metric `{use.name}` of a class by its name"
            yield _error(what, use.span_of("class_id"))
        elif use.arguments.get("num_regressors"):
            what = f"metric `{use.name}` with `num_regressors`, which fails on JAX"
            yield _error(what, use.span_of("num_regressors"))
        elif training.loss.arguments.get("ignore_class") is not None:
            yield _error(f"metric `{entry.name}` beside `ignore_class`", use.span)
    if training.class_weight:
        yield from _of_weights(model, training)


def _of_weights(model: ir.Model, training: ir.Training) -> Iterator[Diagnostic]:
    span = training.class_weight_span
    if training.only.prefix:
        yield _error("`class_weight` of one of several outputs", span)
    elif len(model.output_shape) > 1:
        yield _error("`class_weight` where a sample has several labels", span)
    elif training.loss.arguments.get("ignore_class") is not None:
        yield _error("`class_weight` beside `ignore_class`", span)


def _error(what: str, span: Span) -> Diagnostic:
    message = f"a script of Keras has no {what}"
    return Diagnostic("not-supported-yet", "error", message, span, _HELP)
