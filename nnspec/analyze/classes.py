"""The classes that a source lists: whether there are labels for them, and outputs."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.targets import one_hot_labels
from nnspec.diagnostics import Diagnostics, Note
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import Use
from nnspec.table.spelling import spell
from nnspec.table.training_entry import LossEntry

Label = str | int | float


def listed_classes(model: ir.Model) -> tuple[Label, ...] | None:
    """The labels that the data section lists in the order of their classes."""
    source = model.data.source if model.data else None
    listed = source.arguments.get("classes") if source else None
    return cast("tuple[Label, ...]", listed) if isinstance(listed, tuple) else None


def weighed_classes(model: ir.Model, training: ir.Training) -> int | None:
    """How many classes a label is one of, None where it is not the label of a class."""
    outputs = model.output_shape[-1]
    if model.data and model.data.reconstruct:
        return None
    match cast(LossEntry, training.loss.entry).target:
        case "index" | "distribution":
            return outputs
        case "indicator" | "sign" if outputs == 1:
            return 2
    return outputs if model.data and one_hot_labels(model.data) else None


def class_fault(model: ir.Model, label: object, classes: int) -> tuple[str, str] | None:
    """What is wrong with a class that a spec names by its label or number, and a help.

    None where nothing is, or where only the data tells which labels there are.
    """
    listed, data = listed_classes(model), model.data
    source = cast(SourceEntry, data.source.entry) if data else None
    if listed is not None:
        texts = any(isinstance(known, str) for known in listed)
        numbered = texts and not isinstance(label, str) and label in range(len(listed))
        if numbered or label in (*listed, *map(str, listed)):
            return None
        some = ", ".join(map(spell, listed[:5])) + ", ..." * (len(listed) > 5)
        return f"there is no class {spell(label)}", f"`classes` lists {some}"
    if source and (source.any_labels or (source.by_class and isinstance(label, str))):
        return None
    if isinstance(label, str):
        return (
            f"there is no class {spell(label)}: the classes have no names here",
            f"write its number, from 0 to {classes - 1}",
        )
    if label in range(classes):
        return None
    return (
        f"there is no class {spell(label)}: the network tells {classes} apart",
        f"classes are counted from 0 to {classes - 1}",
    )


def verify_listed_classes(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report classes that are listed twice, or that the loss or the outputs lack."""
    listed, training = listed_classes(model), model.training
    if listed is None or model.data is None or training is None:
        return
    source, last = model.data.source, Note(model.network.calls[-1].span, "the output")
    classes = weighed_classes(model, training)
    doubled = [label for i, label in enumerate(listed) if label in listed[:i]]
    if doubled:
        diagnostics.error(
            "argument-type",
            f"`classes` of `{source.name}` has the label {spell(doubled[0])} twice",
            source.span_of("classes"),
            help="list each label once",
        )
    elif classes is None:
        diagnostics.error(
            "labels-and-loss",
            f"`classes` lists the labels of classes, but `{training.loss.name}` takes "
            f"{'a label for each output' if model.output_shape[-1] > 1 else 'values'}",
            source.span_of("classes"),
            help="say which output it is of: `classes=[NAME: [...]]`"
            if training.only.prefix
            else "remove `classes`, or take a loss for classes, such as "
            "`sparse_categorical_crossentropy`",
            notes=[Note(training.loss.span, "the loss")],
        )
    elif len(listed) != classes:
        diagnostics.error(
            "labels-and-units",
            f"`classes` lists {len(listed)} label{'s' * (len(listed) != 1)}, but the "
            f"network tells {classes} classes apart",
            source.span_of("classes"),
            help=_way_out(len(listed), model.network.calls[-1].use),
            notes=[last],
        )


def _way_out(classes: int, last: Use) -> str:
    if classes < 2:
        return "list the labels of all classes"
    return f"list the others, too, or end the network in `dense({classes}, softmax)`"
