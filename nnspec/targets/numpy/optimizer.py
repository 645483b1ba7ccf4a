"""The optimizer's part of the program: its update, its slots and the learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import cast

from nnspec import ir
from nnspec.table.entry import Use
from nnspec.table.training_entry import OptimizerEntry, ScheduleEntry
from nnspec.targets.numpy.layout import quoted
from nnspec.targets.numpy.program import Optimizer, Schedule
from nnspec.targets.quote import Code, literal

#: From here on the threads that share an update save more than they cost.
_SHARED = 250_000
#: How many parameters two blocks have at most.
_LARGEST_PAIR = 512_000


def plan_optimizer(
    model: ir.Model, training: ir.Training, trained: Code, *, bare: bool = False
) -> Optimizer:
    """The optimizer: its update, and what a call of it is given.

    `trained` is the name of the constant that says how many parameters it changes. A
    `bare` script updates all at once, unless the optimizer needs each weight by itself.
    """
    use = training.optimizer
    entry = cast(OptimizerEntry, use.entry)
    kept, own = entry.kept(use.arguments), len(entry.slots(use.arguments))
    has = _given(use.arguments)
    shapes = [weight.shape for weight in model.network.weights if weight.trainable]
    count = model.network.trainable_parameters
    factored, whole = entry.factored(shapes), bare and not entry.by_weight
    slots = len(kept) if bare else "len(SLOTS)"
    arrays = _arrays(kept, trained, factored=factored > 0)
    average, accumulated = arrays.get("average"), arrays.get("accumulated")
    matrices = _matrices(model, use)
    one_by_one = entry.by_weight and not (factored or matrices)
    blocks = Code("PARTS" if one_by_one else "BLOCKS")
    part = Code("part, shape, rows, columns" if factored else "part")
    part = Code("part, shape") if matrices else part
    rate = use.arguments["learning_rate"]
    schedule = _schedule(rate) if isinstance(rate, Use) else None
    return Optimizer(
        template=Code(entry.name),
        arguments=quoted(use.arguments),
        has=has,
        scales=_scales(use.arguments),
        learning_rate=None if schedule else literal(rate),
        schedule=schedule,
        rate=_rate_at(schedule),
        slots=_slot_views(kept, own, "" if whole else ", part"),
        slots_shape=Code("SLOTS" if factored else f"({slots}, {trained})"),
        keeps=bool(kept or factored),
        kept=literal(factored + len(kept) * count if factored else kept),
        average=average,
        average_part=_average_part(average, own, factored=factored > 0, whole=whole),
        averaged=_averaged(average, trained),
        accumulated=accumulated,
        scratch=entry.scratch,
        steps=entry.steps or bool(average or accumulated),
        shared=count > _SHARED and not bare,
        whole=whole,
        by_weight=entry.by_weight,
        factored=factored > 0,
        parts=has["clipnorm"] or (entry.by_weight and not factored),
        part=part,
        block=None if entry.by_weight or whole else Code(f"{block_of(count):_}"),
        blocks=blocks,
        each=Code(f"*zip(*{blocks})") if "," in part else blocks,
        shapes=_shapes(model),
        matrices=matrices,
        files=entry.files,
    )


def block_of(count: int) -> int:
    """How many parameters are updated at once.

    Threads share few, large blocks: they can hold each other up whenever one of the
    dozen operations on a block ends. They all have the same size.
    """
    if count <= _SHARED:
        return 1 << 16
    return ceil(count / (2 * ceil(count / _LARGEST_PAIR)))


def _shapes(model: ir.Model) -> Code:
    """The shapes of the trainable weights, which are the first ones."""
    count = sum(weight.trainable for weight in model.network.weights)
    if count == len(model.network.weights):
        return Code("SHAPES.values()")
    return Code(f"list(SHAPES.values())[:{count}]")


def _matrices(model: ir.Model, use: Use) -> Code | None:
    """The names of the weights that the optimizer updates as matrices."""
    matrices = cast(OptimizerEntry, use.entry).matrices
    if matrices is None:
        return None
    weights = [weight for weight in model.network.weights if weight.trainable]
    return literal(
        [w.name for w in weights if matrices(w.name, w.shape, use.arguments)]
    )


def _averaged(average: Code | None, trained: Code) -> Code:
    """All weights of a training `s`, those that have averages by these."""
    if trained == "PARAMETERS":
        return Code(f"views(state.{average})")
    return Code(
        f"views(np.concatenate([state.{average}, state.parameters[{trained}:]]))"
    )


def _given(arguments: Mapping[str, object]) -> dict[str, bool]:
    """Which arguments are neither 0, false nor none."""
    return {name: bool(value) for name, value in arguments.items()}


def _scales(arguments: Mapping[str, object]) -> dict[str, bool]:
    """Which arguments are not 1: those that it matters to multiply by."""
    return {name: value != 1 for name, value in arguments.items()}


def _schedule(use: Use) -> Schedule:
    entry = cast(ScheduleEntry, use.entry)
    return Schedule(
        template=entry.name,
        arguments=quoted(use.arguments),
        has=_given(use.arguments),
        scales=_scales(use.arguments),
        steps=entry.steps(use.arguments),
    )


def _rate_at(schedule: Schedule | None) -> Code:
    """The learning rate of a training `s` before its next step."""
    if schedule is None:
        return Code("LEARNING_RATE")
    more = ", state.steps" if schedule.steps else ""
    return Code(f"learning_rate(state.step{more})")


def _slot_views(kept: tuple[str, ...], own: int, part: str) -> Code:
    """The line that names the optimizer's own slots of a `part` of the parameters."""
    if not own:
        return Code("")
    if own == 1:
        return Code(f"{kept[0]} = slots[0{part}]")
    which = ":" if own == len(kept) else f":{own}"
    slots = f"slots[{which}{part}]" if part or own < len(kept) else "slots"
    return Code(f"{', '.join(kept[:own])} = {slots}")


def _average_part(
    average: Code | None, own: int, *, factored: bool, whole: bool
) -> Code:
    """The weights' average of what is updated at once."""
    if whole:
        return average or Code("")
    return Code(f"{average}[part]" if factored else f"slots[{own}, part]")


def _arrays(kept: tuple[str, ...], trained: Code, *, factored: bool) -> dict[str, Code]:
    """The slots as whole arrays; beside factors, they are the end of a flat one."""
    if not factored:
        return {slot: Code(f"slots[{i}]") for i, slot in enumerate(kept)}
    found: dict[str, Code] = {}
    for i, slot in enumerate(reversed(kept)):
        start = f"-{trained}" if i == 0 else f"-{i + 1} * {trained} "
        stop = "" if i == 0 else f" -{'' if i == 1 else f'{i} * '}{trained}"
        found[slot] = Code(f"slots[{start}:{stop}]")
    return found
