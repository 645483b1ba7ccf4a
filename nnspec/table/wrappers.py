"""Layers around another layer, as in Keras 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import cast

from nnspec.record import replace
from nnspec.table.common import TRAINABLE, passes_mask
from nnspec.table.entry import (
    Argument,
    Arguments,
    LayerEntry,
    Misfit,
    Shape,
    Use,
    Weight,
)
from nnspec.table.kinds import Choice, OneOf

#: What the two directions are called, which their weights' names begin with.
DIRECTIONS = ("forward", "backward")
#: By the merge mode, the merge of both directions.
MERGED: Mapping[str, str] = {
    "concat": "concatenate",
    "sum": "add",
    "mul": "multiply",
    "ave": "average",
}


def inner(arguments: Arguments) -> tuple[Use, LayerEntry]:
    """The layer that another one is around, as it is used, and its entry."""
    use = cast(Use, arguments["layer"])
    return use, cast(LayerEntry, use.entry)


def weights_of(use: Use, shape: Shape) -> Iterator[Weight]:
    """The weights of a layer with all that its arguments say of them."""
    given = use.arguments
    for weight in cast(LayerEntry, use.entry).weights(shape, given):
        first = weight.initializer
        yield replace(
            weight,
            initializer=cast(Use, given[first]) if isinstance(first, str) else first,
            trainable=weight.trainable and bool(given["trainable"]),
            regularizer=_rule(weight, "regularizer", given) or weight.regularizer,
            constraint=_rule(weight, "constraint", given) or weight.constraint,
        )


def _rule(weight: Weight, kind: str, given: Arguments) -> Use | None:
    return cast("Use | None", given.get(f"{weight.stem}_{kind}"))


def _shape(shape: Shape, arguments: Arguments) -> Shape:
    use, entry = inner(arguments)
    if "go_backwards" not in use.arguments:
        raise Misfit(
            f"`bidirectional` takes a recurrent layer, and `{use.name}` is none",
            "write `bidirectional(lstm(32))`, or the layer by itself",
            argument="layer",
        )
    if use.arguments["go_backwards"]:
        raise Misfit(
            "`bidirectional` goes both ways by itself",
            "leave out `go_backwards`",
            code="argument-conflict",
            argument="layer",
        )
    once = entry.shape(shape, use.arguments)
    joined = arguments["merge_mode"] == "concat"
    return (*once[:-1], once[-1] * (2 if joined else 1))


def _weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    use, entry = inner(arguments)
    return tuple(
        replace(weight, name=f"{direction}_{entry.name}/{weight.name}")
        for direction in DIRECTIONS
        for weight in weights_of(use, shape)
    )


def _flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    """Those of both directions, and of what merges them."""
    use, entry = inner(arguments)
    once = entry.flops(shape, entry.shape(shape, use.arguments), use.arguments)
    merged = {"concat": 0, "ave": 2}.get(cast(str, arguments["merge_mode"]), 1)
    return 2 * once + merged * prod(output)


def _derivative_flops(
    shape: Shape, output: Shape, arguments: Arguments
) -> tuple[int, int]:
    use, entry = inner(arguments)
    once = entry.shape(shape, use.arguments)
    by_weights, by_input = entry.count_derivative(shape, once, use.arguments)
    merged = {"mul": 2, "ave": 2}.get(cast(str, arguments["merge_mode"]), 0)
    return 2 * by_weights, 2 * by_input + prod(shape) + merged * prod(once)


# -- A layer for each step -------------------------------------------------------------


def _each_shape(shape: Shape, arguments: Arguments) -> Shape:
    use, entry = cast(Use, arguments["layer"]), cast(Use, arguments["layer"]).entry
    if not isinstance(entry, LayerEntry) or entry.takes != (1, 1):
        raise Misfit(
            f"`time_distributed` takes a layer of one value, and `{use.name}` is none",
            "write `time_distributed(dense(32))`, or the layer by itself",
            argument="layer",
        )
    if len(shape) < 2:
        raise Misfit(
            f"`time_distributed` needs a sequence of shape (steps, ...), got {shape}",
            f"write `{use.name}` by itself, or put `reshape` before it",
        )
    _verify_each(use, entry)
    try:
        return (shape[0], *entry.shape(shape[1:], use.arguments))
    except Misfit as misfit:
        raise Misfit(
            misfit.message, misfit.help, code=misfit.code, argument="layer"
        ) from None


def _verify_each(use: Use, entry: LayerEntry) -> None:
    """Raise `Misfit` for layers that are not the same for all steps at once."""
    given, name = use.arguments, use.name
    if entry.ids is not None:
        raise Misfit(
            f"`{name}` takes ids of any shape as it is",
            "write it without `time_distributed`",
            argument="layer",
        )
    if entry.by_batch:
        raise Misfit(
            f"this version of nnspec has no `{name}` within `time_distributed`, where "
            "each step has statistics of its own",
            f"write `{name}` by itself, for those of all steps together",
            code="not-supported-yet",
            argument="layer",
        )
    if given.get("activity_regularizer") is not None:
        raise Misfit(
            "within `time_distributed`, Keras passes over `activity_regularizer`",
            "put `activity_regularization(l2=0.01)` or the like after it",
            code="argument-conflict",
            argument="layer",
        )


def _each_weights(shape: Shape, arguments: Arguments) -> tuple[Weight, ...]:
    use, entry = inner(arguments)
    return tuple(
        replace(weight, name=f"{entry.name}/{weight.name}")
        for weight in weights_of(use, shape[1:])
    )


def _each_flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
    use, entry = inner(arguments)
    return shape[0] * entry.flops(shape[1:], output[1:], use.arguments)


def _each_derivative(
    shape: Shape, output: Shape, arguments: Arguments
) -> tuple[int, int]:
    use, entry = inner(arguments)
    counts = entry.count_derivative(shape[1:], output[1:], use.arguments)
    return shape[0] * counts[0], shape[0] * counts[1]


WRAPPERS = (
    LayerEntry(
        "time_distributed",
        "A layer for each step of a sequence, with the same weights for all.",
        (
            Argument(
                "layer",
                OneOf("layer"),
                doc="the layer, for one step",
                example="dense(32)",
            ),
            TRAINABLE,
        ),
        shape=_each_shape,
        weights=_each_weights,
        flops=_each_flops,
        derivative_flops=_each_derivative,
        step="time_distributed",
        for_each=True,
        sees=lambda *_: None,
        mask=passes_mask,
        short="each",
    ),
    LayerEntry(
        "bidirectional",
        "A recurrent layer from the first step to the last, another one like it from "
        "the last to the first, and both merged (Schuster and Paliwal, 1997).",
        (
            Argument(
                "layer", OneOf("layer"), doc="the recurrent layer", example="lstm(32)"
            ),
            Argument(
                "merge_mode",
                Choice(tuple(MERGED)),
                "concat",
                "how both are merged: side by side, or as sum, product or average",
            ),
            TRAINABLE,
        ),
        shape=_shape,
        weights=_weights,
        flops=_flops,
        derivative_flops=_derivative_flops,
        step="bidirectional",
        sees=lambda *_: None,
        recurrent=True,
        mask=lambda a: inner(a)[1].mask(inner(a)[0].arguments),
        short="both",
    ),
)
