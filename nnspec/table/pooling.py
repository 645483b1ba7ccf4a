"""Layers that make one value of many, over windows or whole samples, as in Keras 3.

FLOPs: a comparison, an addition and a division are one each.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import cast

from nnspec.table.axes import as_axis
from nnspec.table.entry import REQUIRED, Argument, Arguments, LayerEntry, Shape
from nnspec.table.kinds import Choice, Flag, Integer, Kind, Optional
from nnspec.table.receptive_field import Sight, over_windows
from nnspec.table.windows import Sizes, pads, per_axis, verify_axes, windowed

#: What the layers do with the values of a window, or of a channel.
_OF_WINDOWS = {
    "max": "The largest value of each window; its derivative goes to the first of "
    "several that are as large.",
    "average": "The mean of each window: of those of its cells that the input has.",
}
_OF_CHANNELS = {
    "max": "The largest value of each channel; its derivative goes to all that are as "
    "large, in equal shares.",
    "average": "The mean of each channel.",
}
_PADDING = Argument(
    "padding",
    Choice(("valid", "same")),
    "valid",
    "`same`: windows may reach over the edge, and what is there does not count",
)
_KEEPDIMS = Argument(
    "keepdims", Flag(), False, "whether the axes stay, with a size of 1"
)


def window_sizes(
    arguments: Arguments, rank: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The size of a pooling's windows and their strides, along each axis."""
    size, strides = arguments["pool_size"], arguments["strides"]
    return per_axis(size, rank), per_axis(size if strides is None else strides, rank)


def _over_windows(kind: str, rank: int) -> LayerEntry:
    name, is_max = f"{kind}_pooling{rank}d", kind == "max"
    sizes: Kind = Integer(1) if rank == 1 else Sizes(rank)
    default: object = (2 if rank == 1 else (2,) * rank) if is_max else REQUIRED

    def shape(shape: Shape, arguments: Arguments) -> Shape:
        size, strides = window_sizes(arguments, rank)
        padding = cast(str, arguments["padding"])
        counts = windowed(
            name, shape, size, strides, padding=padding, argument="pool_size"
        )
        return (*counts, shape[-1])

    def flops(_: Shape, output: Shape, arguments: Arguments) -> int:
        """The cells of a window compared with each other; or added up and divided."""
        return prod(output) * (prod(window_sizes(arguments, rank)[0]) - is_max)

    def derivative_flops(
        _: Shape, output: Shape, arguments: Arguments
    ) -> tuple[int, int]:
        """A comparison and an addition for each cell; or one division for them all."""
        area = prod(window_sizes(arguments, rank)[0])
        return 0, prod(output) * (2 * area if is_max else area + 1)

    def sees(shape: Shape, arguments: Arguments) -> tuple[Sight, ...]:
        size, strides = window_sizes(arguments, rank)
        padding = cast(str, arguments["padding"])
        return tuple(
            over_windows(s, k, pads(n, k, s, padding=padding)[0])
            for n, k, s in zip(shape, size, strides, strict=False)
        )

    return LayerEntry(
        name,
        _OF_WINDOWS[kind],
        (
            Argument("pool_size", sizes, default, "size of the windows", example="2"),
            Argument(
                "strides",
                Optional(sizes),
                None,
                "from one window to the next; `none`: side by side, as `pool_size`",
            ),
            _PADDING,
        ),
        shape=shape,
        flops=flops,
        derivative_flops=derivative_flops,
        step="pooling",
        keeps="output" if is_max else None,
        short=f"{kind}_pool",
        template=f"{kind}_pooling",
        sees=sees,
    )


def _over_all(kind: str, rank: int) -> LayerEntry:
    name, is_max = f"global_{kind}_pooling{rank}d", kind == "max"

    def shape(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        return ((1,) * rank if arguments["keepdims"] else ()) + shape[-1:]

    def facts(shape: Shape, arguments: Arguments) -> Mapping[str, object]:
        """The axes, and how many values a channel has along them."""
        axis = as_axis(range(1, rank + 1))
        return {"axis": axis, "area": float(prod(shape[:-1]))}

    return LayerEntry(
        name,
        _OF_CHANNELS[kind],
        (_KEEPDIMS,),
        shape=shape,
        flops=lambda shape, output, _: prod(shape) - prod(output) * is_max,
        derivative_flops=lambda shape, output, _: (
            0,
            3 * prod(shape) if is_max else prod(output),
        ),
        step="global_pooling",
        mask=lambda _: "uses" if (kind, rank) == ("average", 1) else "drops",
        keeps="output" if is_max else None,
        facts=facts,
        short=f"global_{kind}",
        template=f"global_{kind}_pooling",
        sees=lambda *_: None,
    )


POOLING = tuple(
    make(kind, rank)
    for make in (_over_windows, _over_all)
    for kind in ("max", "average")
    for rank in (1, 2, 3)
)
