"""Poolings to a size that is given, over windows that follow from it, as in Keras 3.

Of an axis of n cells, window i of m goes from floor(i * n / m) to before
ceil((i + 1) * n / m): windows differ by one cell, and may share some.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from nnspec.table.entry import Argument, Arguments, LayerEntry, Shape
from nnspec.table.receptive_field import Sight
from nnspec.table.windows import Sizes, per_axis, verify_axes

_DOCS = {
    "max": "The largest value of each of as many windows; its derivative goes to the "
    "first of several that are as large.",
    "average": "The mean of each of as many windows.",
}


def _cells(n: int, m: int) -> int:
    """How many cells m windows over an axis of n cells have together."""
    return sum(-(-(i + 1) * n // m) - i * n // m for i in range(m))


def _sight(n: int, m: int) -> Sight:
    """What a window sees: i * n / m rounded down, to (i + 1) * n / m rounded up."""
    stride = Fraction(n, m)
    part = Fraction(1, stride.denominator)
    return Sight(stride, part - 1, stride - part)


def _adaptive(kind: str, rank: int) -> LayerEntry:
    name, is_max = f"adaptive_{kind}_pooling{rank}d", kind == "max"

    def counts(arguments: Arguments) -> tuple[int, ...]:
        return per_axis(arguments["output_size"], rank)

    def shape(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        return (*counts(arguments), shape[-1])

    def cells(shape: Shape, arguments: Arguments) -> int:
        axes = zip(shape, counts(arguments), strict=False)
        return shape[-1] * prod(_cells(n, m) for n, m in axes)

    def flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
        """The cells of a window compared with each other; or added up and divided."""
        return cells(shape, arguments) - is_max * prod(output)

    def derivative_flops(
        shape: Shape, output: Shape, arguments: Arguments
    ) -> tuple[int, int]:
        """A comparison and an addition for each cell; or one division for them all."""
        found = cells(shape, arguments)
        return 0, 2 * found if is_max else found + prod(output)

    def sees(shape: Shape, arguments: Arguments) -> tuple[Sight, ...]:
        return tuple(map(_sight, shape, counts(arguments)))

    return LayerEntry(
        name,
        _DOCS[kind],
        (
            Argument(
                "output_size",
                Sizes(rank),
                doc="how many windows there are along each axis",
                example="2",
            ),
        ),
        shape=shape,
        flops=flops,
        derivative_flops=derivative_flops,
        step="adaptive_pooling",
        keeps="output" if is_max else None,
        short=f"adaptive_{kind}",
        template=f"adaptive_{kind}_pooling",
        sees=sees,
    )


ADAPTIVE = tuple(
    _adaptive(kind, rank) for kind in ("max", "average") for rank in (1, 2, 3)
)
