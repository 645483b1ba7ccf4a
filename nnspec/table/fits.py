"""What outputs and labels a metric needs: with others it would fail or mean nothing.

Each function raises `Misfit` for a use of a metric that the shape of the outputs, or
the labels that the loss takes, do not fit.
"""

from __future__ import annotations

from typing import cast

from nnspec.table.entry import Misfit, Shape, Use
from nnspec.table.training_entry import LossEntry

#: What the labels of a loss are, by its kind of target.
_LABELS = {
    "index": "the index of a class",
    "indicator": "0 or 1 for each output",
    "sign": "-1 or 1 for each output",
    "distribution": "a share for each class",
    "count": "a number of events for each output",
    "value": "a value for each output",
    "sequence": "a row of classes",
    "class": "a class that no output stands for",
}


def fits_labels(use: Use, loss: LossEntry) -> None:
    """Labels that tell of outputs what they should be."""
    if not loss.of_outputs:
        raise Misfit(
            f"`{use.name}` needs labels for the outputs, but {_labels(loss)}",
            f"remove it: beside `{loss.name}` there are no metrics",
            code="metric-and-labels",
        )


def fits_each_output(use: Use, _: Shape, loss: LossEntry) -> None:
    """A label for each output."""
    _verify_label(use, loss, "use `accuracy`")


def fits_one_hot(use: Use, shape: Shape, loss: LossEntry) -> None:
    """A label for each of several outputs."""
    _verify_label(use, loss, "use `sparse_categorical_accuracy`")
    _verify_several(use, shape)


def fits_index(use: Use, shape: Shape, loss: LossEntry) -> None:
    """The index of a class."""
    if loss.target != "index":
        raise Misfit(
            f"`{use.name}` needs the index of a class, but {_labels(loss)}",
            f"use `{'categorical' if shape[-1] > 1 else 'binary'}_accuracy`",
            code="metric-and-labels",
        )


def fits_class(use: Use, shape: Shape, loss: LossEntry) -> None:
    """One class for each sample, in whatever way."""
    of_one = ("indicator", "sign") if shape[-1] == 1 else ()
    if loss.target not in ("index", "distribution", *of_one):
        raise Misfit(
            f"`{use.name}` needs one class for each sample, but {_labels(loss)}",
            "remove it, or take a loss for classes, such as "
            "`sparse_categorical_crossentropy`",
            code="metric-and-labels",
        )


def fits_top_k(use: Use, shape: Shape, _: LossEntry) -> None:
    """So many outputs, and more."""
    _verify_several(use, shape)
    _verify_number(use, "k", shape[-1], shape)


def fits_rate(use: Use, shape: Shape, loss: LossEntry) -> None:
    """A label for each output, or one class by name."""
    if use.arguments["class_id"] is None:
        help = f"name a class, such as `{use.name}(class_id=1)`, or use `f1_score`"
        _verify_label(use, loss, help)
    _verify_number(use, "top_k", shape[-1], shape)


def fits_counts(use: Use, _: Shape, loss: LossEntry) -> None:
    """A label for each output, each of which counts."""
    _verify_label(use, loss, "use `confusion_matrix` or `class_report`")


def fits_one_class(use: Use, _: Shape, loss: LossEntry) -> None:
    """A label for each output, or one class by name."""
    if use.arguments["class_id"] is None:
        _verify_label(use, loss, "give a class, too: `class_id=1`")


def fits_classes(use: Use, shape: Shape, loss: LossEntry) -> None:
    """A class for each sample, of several, as the name of the metric says."""
    if use.entry.name.startswith("one_hot"):
        fits_one_hot(use, shape, loss)
    else:
        fits_index(use, shape, loss)
        _verify_several(use, shape)


def fits_targets(use: Use, shape: Shape, loss: LossEntry) -> None:
    """Such classes, and those that are named are among them."""
    fits_classes(use, shape, loss)
    wrong = [c for c in _classes(use) if c >= shape[-1]]
    if wrong:
        raise Misfit(
            f"`{use.name}` is asked for class {wrong[0]}, but the network has "
            f"{shape[-1]} outputs",
            f"classes are numbered from 0 to {shape[-1] - 1}",
            code="metric-and-outputs",
            argument="target_class_ids",
        )


def _classes(use: Use) -> tuple[int, ...]:
    given = use.arguments["target_class_ids"]
    return given if isinstance(given, tuple) else (cast(int, given),)


def fits_correlation(use: Use, shape: Shape, loss: LossEntry) -> None:
    """A label for each output, and several values to go over."""
    fits_each_output(use, shape, loss)
    if use.arguments["axis"] == -1 and shape[-1] == 1:
        raise Misfit(
            f"`{use.name}` goes over the outputs of a sample, but there is only one",
            f"`{use.name}(axis=0)` goes over the samples",
            code="metric-and-outputs",
        )


def fits_columns(use: Use, shape: Shape, _: LossEntry) -> None:
    """A row of outputs for each sample."""
    if len(shape) != 1:
        raise Misfit(
            f"`{use.name}` needs one row of outputs for each sample, got {shape}",
            "put `flatten` at the end of the network",
            code="metric-and-outputs",
        )


def fits_values(use: Use, shape: Shape, loss: LossEntry) -> None:
    """A row of outputs for each sample, and of labels."""
    fits_each_output(use, shape, loss)
    fits_columns(use, shape, loss)


def fits_ranks(use: Use, shape: Shape, loss: LossEntry) -> None:
    """A label for each output, or a column for each class."""
    if use.arguments["multi_label"]:
        fits_columns(use, shape, loss)
        return
    help = f"`{use.name}(multi_label=true)` is the mean over the classes"
    _verify_label(use, loss, f"{help}, each against the rest")


def _labels(loss: LossEntry) -> str:
    return f"a label of `{loss.name}` is {_LABELS[loss.target]}"


def _verify_label(use: Use, loss: LossEntry, help: str) -> None:
    if loss.target == "index":
        raise Misfit(
            f"`{use.name}` needs a label for each output, but {_labels(loss)}",
            help,
            code="metric-and-labels",
        )


def _verify_several(use: Use, shape: Shape) -> None:
    if shape[-1] == 1:
        raise Misfit(
            f"`{use.name}` goes by the largest output, but there is only one",
            "use `binary_accuracy`",
            code="metric-and-outputs",
        )


def _verify_number(use: Use, argument: str, most: int, shape: Shape) -> None:
    number = cast("int | None", use.arguments[argument])
    if number is not None and number > most:
        outputs = f"{shape[-1]} output{'s' * (shape[-1] > 1)}"
        raise Misfit(
            f"`{argument}` of `{use.name}` is {number}, but the network has {outputs}",
            f"`{argument}` is at most {most}" if most else f"leave `{argument}` out",
            code="metric-and-outputs",
            argument=argument,
        )
