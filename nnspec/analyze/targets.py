"""Whether the samples and labels of the data section fit the network and the loss."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.each_input import verify_inputs, verify_reshape
from nnspec.analyze.endings import ending
from nnspec.analyze.following import verify_horizons, verify_next
from nnspec.analyze.reconstruct import verify_reconstruction
from nnspec.diagnostics import Diagnostics, Edit, Fix, Note
from nnspec.source import Span
from nnspec.table.data_entry import SourceEntry, makes_classes, reshapes
from nnspec.table.entry import Use
from nnspec.table.training_entry import LossEntry


def verify_data(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report samples that cannot fit the network, and labels that cannot fit the loss.

    The shape of samples where it is settled has been compared with the network's input.
    """
    if model.data is None:
        return
    if len(model.network.inputs) == 1:
        _verify_reshape(model, model.data, diagnostics)
    else:
        verify_inputs(model, diagnostics)
    if model.data.reconstruct:
        verify_reconstruction(model, diagnostics)
        return
    if verify_next(model, diagnostics):
        return
    several = len(model.network.inputs) > 1
    if model.training is None or not (
        several or _verify_axes(model, model.data, diagnostics)
    ):
        return
    if verify_horizons(model, diagnostics):
        return
    labels = one_hot_labels(model.data)
    if labels is not None:
        _verify_one_hot(model, model.data, model.training, labels, diagnostics)
    elif cast(SourceEntry, model.data.source.entry).table:
        _verify_columns(model, model.data, model.training, diagnostics)
    else:
        _verify_labels(model, model.data, model.training, diagnostics)


def one_hot_labels(data: ir.Data) -> Use | None:
    """The `one_hot(target)` of a section, if there is one."""
    return next(filter(makes_classes, data.labels), None)


def _verify_reshape(model: ir.Model, data: ir.Data, diagnostics: Diagnostics) -> None:
    """A shape that is settled but for one size."""
    uses = [*filter(reshapes, data.transforms)]
    if uses and data.feature_shape is None:
        verify_reshape(uses[-1], model.network.inputs[0], diagnostics)


def _verify_axes(model: ir.Model, data: ir.Data, diagnostics: Diagnostics) -> bool:
    """Whether there may be labels for outputs of so many axes; reported if not.

    The labels of arrays in files can have any shape.
    """
    source, shape = cast(SourceEntry, data.source.entry), model.output_shape
    training = model.training
    if not (source.table or source.labels):
        return True
    if training and cast(LossEntry, training.loss.entry).target == "sequence":
        _report_one_label(data, training, diagnostics)
        return False
    if len(shape) == 1:
        return True
    last = model.network.last[0]
    pooling = f" or `global_average_pooling{len(shape) - 1}d`" * (len(shape) < 4)
    help = f"make one row of them: put `flatten`{pooling} before the last `dense`"
    diagnostics.error(
        "labels-and-units",
        f"the network has outputs of shape {shape}, but there is one label for each "
        f"sample of `{source.name}`",
        last.span,
        help=Fix(help, before="flatten") if "units" in last.use.arguments else help,
        notes=[Note(data.source.span_of("target"), "the labels")],
    )
    return False


def _verify_one_hot(
    model: ir.Model,
    data: ir.Data,
    training: ir.Training,
    use: Use,
    diagnostics: Diagnostics,
) -> None:
    loss = cast(LossEntry, training.loss.entry)
    classes = use.arguments["classes"]
    last = model.network.last[0]
    if loss.target == "index" or not loss.of_outputs:
        diagnostics.error(
            "labels-and-loss",
            f"`{loss.name}` takes the index of the class, not one-hot labels",
            use.span,
            help=Fix(
                "remove `one_hot(target)`, or use `categorical_crossentropy`",
                Edit(use.span, ""),
            ),
            notes=[Note(training.loss.span, "the loss")],
        )
    elif cast(SourceEntry, data.source.entry).labels == "value":
        diagnostics.error(
            "labels-and-loss",
            f"the labels of `{data.source.entry.name}` are values, not classes",
            use.span,
            help="remove `one_hot(target)`",
        )
    elif model.output_shape[-1:] != (classes or data.classes or last.output_shape[-1],):
        diagnostics.error(
            "labels-and-units",
            f"the network has outputs of shape {model.output_shape}, but one-hot "
            f"labels have {classes or data.classes} values",
            last.span,
            help=ending(cast(int, classes or data.classes), loss, last, "softmax"),
            notes=[Note(use.span, "the labels")],
        )


def _verify_columns(
    model: ir.Model, data: ir.Data, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """A table gives a number for each target, or the class that the target names."""
    targets = cast("tuple[object, ...]", data.source.arguments["target"])
    loss = cast(LossEntry, training.loss.entry)
    last = model.network.last[0]
    if loss.target in ("index", "class"):
        if len(targets) > 1:
            diagnostics.error(
                "several-targets",
                f"`{loss.name}` takes one target column",
                data.source.span_of("target"),
                help="name one column as the target",
                notes=[Note(training.loss.span, "the loss")],
            )
    elif model.output_shape != (len(targets) * data.horizons,):
        diagnostics.error(
            "labels-and-units",
            f"the network has outputs of shape {model.output_shape}, but there "
            f"{'is 1 target' if len(targets) == 1 else f'are {len(targets)} targets'}"
            f"{f' at each of {data.horizons} horizons' if data.horizons > 1 else ''}",
            last.span,
            help=_with_one_hot(data)
            if loss.target == "distribution"
            else ending(len(targets) * data.horizons, loss, last),
            notes=[Note(data.source.span_of("target"), "the targets")],
        )


def _report_one_label(
    data: ir.Data, training: ir.Training, diagnostics: Diagnostics
) -> None:
    name = data.source.entry.name
    diagnostics.error(
        "labels-and-loss",
        f"`{training.loss.name}` takes a row of labels for each sample, but `{name}` "
        "gives one",
        training.loss.span,
        help="read both from arrays, labels of shape (samples, length) in which zeros "
        'fill up the rows: `npz("words.npz")`',
        notes=[Note(data.source.span, "the labels")],
    )


def _verify_labels(
    model: ir.Model, data: ir.Data, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """Arrays: what is known are the labels of the sources with a set of their own."""
    source, loss = (
        cast(SourceEntry, data.source.entry),
        cast(LossEntry, training.loss.entry),
    )
    last = model.network.last[0]
    if source.labels == "value" and loss.target in ("index", "distribution", "class"):
        diagnostics.error(
            "labels-and-loss",
            f"`{loss.name}` takes classes, but `{source.name}` gives values",
            training.loss.span,
            help=Fix("use `mean_squared_error`", text="mean_squared_error"),
        )
    elif loss.target in ("index", "class") or source.labels is None:
        return
    elif model.output_shape != (1,):
        diagnostics.error(
            "labels-and-units",
            f"the network has outputs of shape {model.output_shape}, but a label of "
            f"`{source.name}` is one number",
            last.span,
            help=_for_classes(training)
            if source.labels == "index"
            else ending(1, loss, last),
            notes=[Note(data.source.span, "the labels")],
        )
    elif loss.target in ("indicator", "sign") and (data.classes or 2) > 2:
        diagnostics.error(
            "labels-and-loss",
            f"`{loss.name}` on one output tells 2 classes apart, but `{source.name}` "
            f"gives {data.classes}",
            training.loss.span,
            help=f"end the network in `dense({data.classes}, softmax)` and use "
            "`sparse_categorical_crossentropy`",
        )


def _for_classes(training: ir.Training) -> Fix:
    """The way out for one label for several outputs."""
    loss = "sparse_categorical_crossentropy"
    return Fix(
        f"use `loss = {loss}`, or write `one_hot(target)` in the data section",
        Edit(training.loss.span, loss),
    )


def _with_one_hot(data: ir.Data) -> Fix:
    """The way out for classes that are no distributions yet."""
    end = max(
        (use.span for use in (data.source, *data.all_transforms, *data.labels)),
        key=_end,
    ).end
    return Fix(
        "classes for `categorical_crossentropy` need `one_hot(target)`",
        Edit(Span(end, end), "\none_hot(target)"),
    )


def _end(span: Span) -> int:
    return span.end
