"""The labels: how the script makes of them what the loss takes."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.targets import one_hot_labels
from nnspec.quote import Code, literal
from nnspec.record import Record
from nnspec.table.data_entry import Source
from nnspec.table.entry import Loss


class Labels(Record):
    """The labels of a data section.

    `function` turns them into what the loss takes, `ignored` is its argument for those
    that do not count. `named` says that classes may have names, and `count` how many
    there are then.
    """

    function: Code
    ignored: Code
    cast: Code
    named: bool
    count: Code


_LABELS = {
    "index": "class_indices",
    "indicator": "target_shares",
    "distribution": "target_shares",
    "sign": "target_signs",
    "count": "target_values",
    "value": "target_values",
}


def plan_labels(model: ir.Model) -> Labels:
    """What the script of a model with a training section does with its labels."""
    ignored = _ignored(model)
    return Labels(
        function=Code(_function(model)),
        ignored=Code("" if ignored is None else f", {literal(ignored)}"),
        cast=Code("" if _loss(model).target == "index" else ".astype(DTYPE)"),
        named=_names_classes(model),
        count=literal(_count(model)),
    )


def _loss(model: ir.Model) -> Loss:
    if model.training is None:
        raise ValueError("a data section without a training section has no labels")
    return cast(Loss, model.training.loss.entry)


def _function(model: ir.Model) -> str:
    """The plain file that makes labels what the loss takes."""
    if model.data and one_hot_labels(model.data):
        return "one_hot_labels"
    if _ignored(model) is not None:
        return "indices_or_ignored"
    return _LABELS[_loss(model).target]


def _ignored(model: ir.Model) -> object:
    """The label that does not count, None if all do."""
    training = model.training
    return training.loss.arguments.get("ignore_class") if training else None


def _count(model: ir.Model) -> int:
    """How many classes a target of texts names, 0 where it must be numbers."""
    if _function(model) in ("class_indices", "indices_or_ignored", "one_hot_labels"):
        return model.output_shape[-1]
    one = model.output_shape == (1,)
    return 2 if one and _loss(model).target in ("indicator", "sign") else 0


def _names_classes(model: ir.Model) -> bool:
    """Whether the data may give classes names."""
    source = cast(Source, model.data.source.entry) if model.data else None
    return bool(source and (source.table or source.by_class) and _count(model))
