"""The labels: how the script makes of them what the loss takes."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.targets import one_hot_labels
from nnspec.record import Record
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import Shape
from nnspec.table.training_entry import LossEntry
from nnspec.targets.numpy.targets import TargetStep, plan_target
from nnspec.targets.quote import Code, literal


class Labels(Record):
    """The labels of a data section.

    `function` turns them into what the loss takes, `ignored` is its argument for those
    that do not count, `counted` picks the others. `named` says that classes may have
    names, and `count` how many there are then; `names` is an expression for these. The
    script `numbers` those of classes, which the spec lists in `order` or the training
    part teaches. Of the transforms of the target, the `early` ones stand before all
    that learn something, the `late` ones do not. Values as they are may be too `large`
    to learn them well, and with metrics they are `measured`. `as_they_are` says
    which are numbers already, and `files` are the plain files that do so.
    """

    function: Code
    #: The shape that they have as they are given.
    shape: Code
    #: How many targets there are, where several of each horizon are side by side.
    side_by_side: Code | None
    ignored: Code
    counted: Code
    cast: Code
    named: bool
    count: Code
    names: Code
    numbers: bool
    order: Code | None
    as_they_are: Code
    files: tuple[str, ...]
    early: tuple[TargetStep, ...]
    late: tuple[TargetStep, ...]
    large: bool
    measured: bool
    #: The name of the output, of several, and the end of its functions' names: `_sold`.
    output: Code | None
    suffix: Code

    @property
    def checks(self) -> bool:
        """Whether a transform of the target may find a row that it cannot take."""
        return any(step.log for step in self.early)

    @property
    def learning(self) -> tuple[TargetStep, ...]:
        """The late ones up to the last that learns something."""
        last = max((i for i, step in enumerate(self.late) if step.keys), default=-1)
        return self.late[: last + 1]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the arrays that they learn, in files."""
        start = f"data{self.suffix.replace('_', '/', 1)}/"
        keys = (key for step in self.late for key in step.keys)
        return tuple(key.replace("data/", start, 1) for key in keys)

    @property
    def steps(self) -> tuple[TargetStep, ...]:
        """All transforms of the target."""
        return (*self.early, *self.late)


_LABELS = {
    "index": "class_indices",
    "indicator": "target_shares",
    "distribution": "target_shares",
    "sign": "target_signs",
    "count": "target_values",
    "value": "target_values",
    "sequence": "label_sequences",
    "class": "class_labels",
}
#: Labels that stay integers.
_INTEGERS = ("index", "sequence", "class")


#: Which numbers are those of classes already; without a word, whole ones from 0.
_AS_THEY_ARE = {"indicator": ", whole=False", "sign": ", low=-1"}


def plan_labels(model: ir.Model) -> Labels:
    """What the script of a model with a training section does with its labels."""
    steps, output = plan_target(model.data), learnt_prefix(model)[:-1]
    first = next((i for i, step in enumerate(steps) if step.keys), len(steps))
    ignored, loss, data = _ignored(model), _loss(model), model.data
    source = cast(SourceEntry, data.source.entry) if data else None
    numbers = bool(source and source.any_labels and _count(model))
    order = _order(data) if numbers and data else None
    one_hot, given = data and one_hot_labels(data), given_shape(model)
    horizons = data.horizons if data else 1
    whole = loss.target in _INTEGERS or steps[first:]
    return Labels(
        function=Code(_function(model)),
        shape=Code("OUTPUT_SHAPE") if horizons == 1 else literal(given),
        side_by_side=literal(given[0]) if horizons > 1 and given[0] > 1 else None,
        ignored=Code("" if ignored is None else f", {literal(ignored)}"),
        counted=Code("" if ignored is None else f"[labels != {literal(ignored)}]"),
        cast=Code("" if whole else ".astype(DTYPE)"),
        named=names_classes(model),
        count=literal(_count(model)),
        names=_names(model),
        numbers=numbers,
        order=order,
        as_they_are=Code("" if one_hot else _AS_THEY_ARE.get(loss.target, "")),
        files=_files(
            source,
            numbers,
            order,
            steps,
            reconstructs=bool(data and data.reconstruct),
        )
        if source
        else (),
        early=steps[:first],
        late=steps[first:],
        measured=bool(model.training and model.training.metrics),
        output=literal(output) if output else None,
        suffix=Code(f"_{output}" if output else ""),
        large=bool(source and source.any_labels and not (steps or one_hot))
        and loss.target == "value"
        and not (data and data.reconstruct),
    )


def given_shape(model: ir.Model) -> Shape:
    """The shape of a label as it is given; each horizon repeats it in the outputs."""
    shape, horizons = model.output_shape, model.data.horizons if model.data else 1
    return shape if horizons == 1 else (shape[0] // horizons,)


def _names(model: ir.Model) -> Code:
    """An expression for the names of the classes, or for their numbers."""
    key = literal(f"data/{learnt_prefix(model)}classes")
    return Code(f"learnt.get({key}, np.arange({_count(model)})).tolist()")


def learnt_prefix(model: ir.Model) -> str:
    """Begins what is learnt of the labels of one of several outputs: `sold/`."""
    only = model.training.only if model.training else None
    return f"{only.name}/" if only and only.prefix else ""


def _files(
    source: SourceEntry,
    numbers: bool,
    order: Code | None,
    steps: tuple[TargetStep, ...],
    *,
    reconstructs: bool,
) -> tuple[str, ...]:
    """The plain files that make of a source's labels what the loss takes."""
    if not numbers:
        names = ["encode_target"] * (source.table and not reconstructs)
        names += ["log_of"] * any(step.log for step in steps)
        return (*names, *(str(step.file) for step in steps if step.file))
    learning = ("learn_classes", *["label_values"] * source.table)
    encoding = ("class_numbers", *["encode_classes"] * source.table)
    return (*(() if order else learning), *encoding)


def _order(data: ir.Data) -> Code | None:
    """The labels of the classes in the order of the spec; all texts, or all numbers."""
    listed = data.source.arguments["classes"]
    if not isinstance(listed, tuple):
        return None
    if any(isinstance(label, str) for label in listed):
        listed = tuple(map(str, listed))
    return literal(list(listed))


def _loss(model: ir.Model) -> LossEntry:
    if model.training is None:
        raise ValueError("a data section without a training section has no labels")
    return cast(LossEntry, model.training.loss.entry)


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
    if model.data and model.data.reconstruct:
        return 0
    if _function(model) in ("class_indices", "indices_or_ignored", "one_hot_labels"):
        return model.output_shape[-1]
    one = model.output_shape == (1,)
    return 2 if one and _loss(model).target in ("indicator", "sign") else 0


def names_classes(model: ir.Model) -> bool:
    """Whether the data may give classes names."""
    source = cast(SourceEntry, model.data.source.entry) if model.data else None
    return bool(source and (source.any_labels or source.by_class) and _count(model))
