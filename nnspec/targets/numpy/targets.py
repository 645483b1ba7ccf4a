"""Transforms of a target of values, as steps of the script."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.data_entry import makes_classes
from nnspec.table.entry import Use
from nnspec.targets.numpy.transforms import offset_of, quotient
from nnspec.targets.quote import Code, literal

#: What each learns, and how the script learns it.
_LEARNT = {
    "standardize": ("mean", "deviation", "mean_and_deviation"),
    "minmax": ("low", "range", "low_and_range"),
}


class TargetStep(Record):
    """A transform of the target: lines that `apply` it to y, and lines that `undo` it.

    `undone` is what undoes it by `ops` of Keras, for tensors of any backend.
    What it `learnt` of the training part, by a plain `file`, are two arrays; `log` says
    that it takes no values up to 0.
    """

    apply: Code
    undo: Code
    undone: Code
    log: bool
    keys: tuple[str, ...]
    learnt: Code
    file: Code | None


def plan_target(data: ir.Data | None) -> tuple[TargetStep, ...]:
    """The steps, in their order."""
    return tuple(map(_step, target_transforms(data)))


def target_transforms(data: ir.Data | None) -> tuple[Use, ...]:
    """The transforms of a target of values, which predictions undo."""
    return tuple(u for u in (data.labels if data else ()) if not makes_classes(u))


def _step(use: Use) -> TargetStep:
    if use.entry.name in _LEARNT:
        low, scale, file = _LEARNT[use.entry.name]
        keys = f"data/target/{low}", f"data/target/{scale}"
        low, scale = (f"learnt[{literal(key)}]" for key in keys)
        return TargetStep(
            apply=Code(f"(y - {low}) / {scale}"),
            undo=Code(f"y * {scale} + {low}"),
            undone=Code(f"y * ops.cast({scale}, y.dtype) + ops.cast({low}, y.dtype)"),
            log=False,
            keys=keys,
            learnt=Code(f"{low}, {scale}"),
            file=Code(file),
        )
    shift = cast(float, use.arguments["offset"])
    offset, back = offset_of(shift), offset_of(-shift)
    if use.entry.name == "log":
        apply, undo = Code(f"y{offset}"), Code(f"np.exp(y){back}")
        return TargetStep(
            apply=apply,
            undo=undo,
            undone=Code(f"ops.exp(y){back}"),
            log=True,
            keys=(),
            learnt=Code(""),
            file=None,
        )
    factor = quotient(use.arguments["factor"])
    shifted = f"(y{back})" if back else "y"
    return TargetStep(
        apply=Code(f"y * {factor}{offset}"),
        undo=Code(f"{shifted} / {factor}"),
        undone=Code(f"{shifted} / {factor}"),
        log=False,
        keys=(),
        learnt=Code(""),
        file=None,
    )
