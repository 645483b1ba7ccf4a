"""Layers around another layer, as in Keras 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import cast

from nnspec.record import replace
from nnspec.table.common import TRAINABLE
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


def _weights_of(use: Use, shape: Shape) -> Iterator[Weight]:
    """The weights of a layer with all that its arguments say of them."""
    given = use.arguments
    for weight in cast(LayerEntry, use.entry).weights(shape, given):
        first = weight.initializer
        yield replace(
            weight,
            initializer=cast(Use, given[first]) if isinstance(first, str) else first,
            trainable=weight.trainable and bool(given["trainable"]),
            regularizer=cast("Use | None", given.get(f"{weight.stem}_regularizer")),
            constraint=cast("Use | None", given.get(f"{weight.stem}_constraint")),
        )


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
        for weight in _weights_of(use, shape)
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


WRAPPERS = (
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
