"""The labels of a table against the loss and the outputs, and from part to part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.analyze.by_facts.advice import as_numbers, in_source
from nnspec.analyze.targets import one_hot_labels
from nnspec.diagnostics import Diagnostics, Note
from nnspec.facts import Column, Part, Table
from nnspec.source import Span
from nnspec.table.training_entry import LossEntry

_FEW = 5  # classes are named
_FAR = 0.2  # between the shares of a class in two parts
_LEAST_ROWS = 20  # of a part; in fewer, shares say little
_LIKELY = 5  # rows of a class that a part should have by its share in another


def verify_classes(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report a target that the loss cannot take, or with more classes than outputs."""
    target, training = _target(model), model.training
    if target is None or training is None or model.data is None:
        return
    loss = cast(LossEntry, training.loss.entry)
    count = _classes(model, loss)
    place = model.data.source.span_of("target")
    if count is None:
        _verify_numbers(model, target, loss, training.loss.span, diagnostics)
        return
    fits = target.categories == count or _is_as_it_stands(target, loss, count)
    if fits or isinstance(model.data.source.arguments.get("classes"), tuple):
        return
    diagnostics.error(
        "labels-and-units",
        f"{_called(model, target)} has {target.categories:,} classes in the training "
        f"part ({_some(target)}), but the network tells {count} apart",
        model.network.last[-1].span,
        help=_header(model.data, target, count) or _other_end(model, target),
        notes=[Note(place, "the target")],
    )


def _header(data: ir.Data, target: Column, count: int) -> str | None:
    """The way out where the names of columns are read as a row of a table of texts."""
    assert isinstance(data.facts, Table)  # it has the target
    auto = data.source.arguments.get("header") == "auto" and not data.facts.named
    once = any(rows == 1 for _, rows in target.common)
    if auto and once and target.kind == "texts" and target.categories == count + 1:
        help = "if the first row holds the names, write `header=true` in `csv`"
        return in_source(help, "header", "true", data)
    return None


def _verify_numbers(
    model: ir.Model,
    target: Column,
    loss: LossEntry,
    span: Span,
    diagnostics: Diagnostics,
) -> None:
    """A target that the loss takes as a number must be one."""
    assert model.data is not None  # it has the target
    place = model.data.source.span_of("target")
    if target.kind == "texts":
        diagnostics.error(
            "labels-and-loss",
            f"{_called(model, target)} holds texts ({_some(target)}), but "
            f"`{loss.name}` takes numbers",
            span,
            help=as_numbers(target, model.data)
            or "for classes use `sparse_categorical_crossentropy`, or "
            "`binary_crossentropy` for two",
            notes=[Note(place, "the target")],
        )
    elif target.odd:
        diagnostics.error(
            "odd-cell",
            f"{target.odd.place}, column `{target.name}`: `{target.odd.text[:40]}` is "
            f"no number, but `{loss.name}` takes numbers",
            place,
            help=as_numbers(target, model.data) or "correct it, or leave the row out",
            of_data=True,
        )


def _other_end(model: ir.Model, target: Column) -> str:
    """How the network ends for so many classes, or for numbers, if it has these."""
    count = target.categories
    if target.kind == "numbers" and count > max(20, target.rows // 10):
        return "for a target of numbers use `mean_squared_error`, and end in `dense(1)`"
    end = f"end the network in `dense({count}, softmax)`"
    if model.output_shape == (1,):
        return f"{end} and use `sparse_categorical_crossentropy`"
    return end


def _target(model: ir.Model) -> Column | None:
    """The column of the labels, where there is one that the files tell of."""
    roles = model.data.roles if model.data else None
    return roles.targets[0] if roles and len(roles.targets) == 1 else None


def _classes(model: ir.Model, loss: LossEntry) -> int | None:
    """How many classes the network tells apart; None where it gives numbers."""
    if (model.data and one_hot_labels(model.data)) or loss.target == "index":
        return model.output_shape[-1]
    two = loss.target in ("indicator", "sign") and model.output_shape == (1,)
    return 2 if two else None


def _is_as_it_stands(target: Column, loss: LossEntry, count: int) -> bool:
    """Whether labels are numbers of classes, or shares of class 1, as they are."""
    low, high = target.low, target.high
    if low is None or high is None or target.odd:
        return False
    if loss.target == "indicator":
        return low >= 0 and high <= 1
    return target.whole and low >= -(loss.target == "sign") and high < count


def _called(model: ir.Model, target: Column) -> str:
    assert model.data is not None and isinstance(model.data.facts, Table)
    return f"{model.data.facts.path}: the target `{target.name}`"


def _some(target: Column) -> str:
    names = [f"`{value[:30]}`" for value, _ in target.common[:_FEW]]
    more = target.distinct > len(names)
    return ", ".join([*names, *["..."][:more]])


def warn_of_parts(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Warn of classes that a part lacks, or has far more of than another."""
    data, training = model.data, model.training
    if data is None or training is None or not isinstance(data.facts, Table):
        return
    if len(training.objectives) > 1:
        return
    loss = cast(LossEntry, training.loss.entry)
    if _target(model) is None or _classes(model, loss) is None:
        return
    words = next(_unlike(data.facts), None)
    if words is None:
        return
    code, message = words
    diagnostics.warning(
        code,
        f"{data.facts.path}: {message}",
        data.source.span_of("target"),
        help="take rows of other classes, too"
        if code == "one-class"
        else "write `stratify=true` in `split`"
        if data.split
        else "part one table by `split(test=0.2, stratify=true)`",
    )


def _unlike(table: Table) -> Iterator[tuple[str, str]]:
    """What is unlike in the labels of the parts: a code, and the words."""
    train, *others = table.parts
    if train.labels is None:
        return
    if len(train.labels) == 1:
        label = train.labels[0][0]
        yield "one-class", f"the training part has one class only, `{label}`"
        return
    for part in others:
        if part.labels is not None:
            yield from _compared(train, part)


def _compared(train: Part, part: Part) -> Iterator[tuple[str, str]]:
    here, there = dict(train.labels or ()), dict(part.labels or ())
    for label in there.keys() - here.keys():
        yield "missing-class", _lacks(train, part, label)
    if part.rows < _LEAST_ROWS:
        return
    for label, count in here.items():
        share, other = count / train.rows, there.get(label, 0) / part.rows
        if not other and share * part.rows > _LIKELY:
            yield "missing-class", _lacks(part, train, label)
        if abs(share - other) > _FAR:
            words = f"{share:.0%} of the training part, but {other:.0%} of the"
            yield "unlike-parts", f"the class `{label}` is {words} {part.name} part"


def _lacks(part: Part, other: Part, label: str) -> str:
    """One part lacks a class that another has."""
    names = {"train": "training"}
    a, b = (names.get(p.name, p.name) for p in (part, other))
    return f"the {a} part has no row of the class `{label}`, which the {b} part has"
