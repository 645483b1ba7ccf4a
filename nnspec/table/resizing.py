"""Layers that make a sequence or an image longer, or shorter, as in Keras 3."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import cast

from nnspec.record import Record
from nnspec.table.entry import Argument, Arguments, LayerEntry, Misfit, Shape
from nnspec.table.kinds import Choice, Integer, Kind, ListOf, Mismatch, ReadEntry
from nnspec.table.receptive_field import Sight, between, moved, repeated
from nnspec.table.windows import Sizes, per_axis, verify_axes
from nnspec.values import Resolved

Ends = tuple[tuple[int, int], ...]
_Given = int | tuple[int | tuple[int, int], ...]
_COUNT = Integer(0)


#: How numbers for several axes are told of.
_MANY = {
    2: ("a pair of such", "height and width"),
    3: ("a list of three such", "depth, height and width"),
}
#: What a sample is made of, by how many axes there are.
_CELLS = ("step", "pixel", "voxel")


class BothEnds(Record):
    """Numbers of cells at both ends of an axis; or of several, one such for each.

    A single number stands for all ends, or for both of an axis.
    """

    rank: int

    def describe(self) -> str:
        """In words."""
        words = _COUNT.describe()
        if self.rank == 1:
            return f"{words}, or a pair of such: for both ends"
        many, axes = _MANY[self.rank]
        return f"{words}, or {many}: for {axes}, of which each may be a pair as well"

    def read(self, value: Resolved, read_entry: ReadEntry) -> object:
        """The numbers as they are written: `ends_of` tells what they mean."""
        if not isinstance(value.value, tuple):
            return _COUNT.read(value, read_entry)
        if len(value.value) != max(self.rank, 2):
            raise Mismatch(item=value)
        inner: Kind = _COUNT if self.rank == 1 else BothEnds(1)
        return ListOf(inner).read(value, read_entry)


def ends_of(arguments: Arguments, rank: int) -> Ends:
    """How many cells a layer adds, or takes away, at both ends of each axis."""
    given = cast(_Given, arguments.get("padding", arguments.get("cropping")))
    axes = (given,) * rank if isinstance(given, int) or rank == 1 else given
    pairs = ((n, n) if isinstance(n, int) else n for n in axes)
    return tuple(cast("Iterable[tuple[int, int]]", pairs))


def _zero_padding(rank: int) -> LayerEntry:
    name = f"zero_padding{rank}d"

    def shape(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        ends = ends_of(arguments, rank)
        sizes = (n + sum(end) for n, end in zip(shape, ends, strict=False))
        return (*sizes, shape[-1])

    return LayerEntry(
        name,
        f"Zeros around the {_CELLS[rank - 1]}s of a sample.",
        (
            Argument(
                "padding",
                BothEnds(rank),
                (1, (1, 1), ((1, 1),) * 3)[rank - 1],
                _ENDS[rank].format("how many zeros are put"),
            ),
        ),
        shape=shape,
        derivative_flops=lambda *_: (0, 0),
        step="zero_padding",
        short="padded",
        template="zero_padding",
        sees=lambda _, a: tuple(moved(first) for first, _ in ends_of(a, rank)),
    )


def _cropping(rank: int) -> LayerEntry:
    name = f"cropping{rank}d"

    def shape(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        ends = ends_of(arguments, rank)
        for n, (first, last), what in zip(shape, ends, _SIDES[rank], strict=False):
            if first + last >= n:
                raise Misfit(
                    f"`{name}` takes {first} + {last} away from a {what} of {n}, which "
                    "leaves nothing",
                    "take less away",
                    argument="cropping",
                )
        sizes = (n - sum(end) for n, end in zip(shape, ends, strict=False))
        return (*sizes, shape[-1])

    return LayerEntry(
        name,
        f"Without some of the {_CELLS[rank - 1]}s at the ends of a sample.",
        (
            Argument(
                "cropping",
                BothEnds(rank),
                ((1, 1), ((0, 0), (0, 0)), ((1, 1),) * 3)[rank - 1],
                _ENDS[rank].format("how much is taken away"),
            ),
        ),
        shape=shape,
        derivative_flops=lambda *_: (0, 0),
        step="cropping",
        keeps_values=True,
        short="cropped",
        template="cropping",
        sees=lambda _, a: tuple(moved(-first) for first, _ in ends_of(a, rank)),
    )


#: What the numbers at the ends mean, by how many axes there are.
_ENDS = {
    1: "{} at both ends, or `(before, after)`",
    2: "{} at all ends, or `(height, width)`, or `((top, bottom), (left, right))`",
    3: "{} at all ends, or `(depth, height, width)`, or `((front, back), (top, "
    "bottom), (left, right))`",
}
_SIDES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def factors_of(arguments: Arguments, rank: int) -> tuple[int, ...]:
    """How many times as long an upsampling makes each axis."""
    return per_axis(arguments["size"], rank)


def _upsampled(name: str, rank: int) -> LayerEntry:
    def shape(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        factors = factors_of(arguments, rank)
        return (*(n * f for n, f in zip(shape, factors, strict=False)), shape[-1])

    def flops(shape: Shape, output: Shape, arguments: Arguments) -> int:
        """Two products of matrices for `bilinear`: of all columns, then of all rows."""
        if arguments.get("interpolation") != "bilinear":
            return 0
        height, width, channels = shape
        columns = output[0] * height * width * channels
        return 2 * columns + 2 * prod(output) * width

    def derivative_flops(
        shape: Shape, output: Shape, arguments: Arguments
    ) -> tuple[int, int]:
        """The same products; or an addition for each value."""
        return 0, flops(shape, output, arguments) or prod(output)

    def sees(_: Shape, arguments: Arguments) -> tuple[Sight, ...]:
        bilinear = arguments.get("interpolation") == "bilinear"
        return tuple(
            map(between if bilinear else repeated, factors_of(arguments, rank))
        )

    sides = "length" if rank == 1 else _MANY[rank][1]
    size = Argument(
        "size",
        Integer(1) if rank == 1 else Sizes(rank),
        2 if rank == 1 else (2,) * rank,
        f"how many times the {sides}",
    )
    interpolation = Argument(
        "interpolation",
        Choice(("nearest", "bilinear")),
        "nearest",
        "`bilinear`: weighted means of the nearest ones, by their distance",
    )
    return LayerEntry(
        name,
        "Each pixel several times, side by side; or means of those that are near."
        if rank == 2
        else f"Each {_CELLS[rank - 1]} several times, one beside the other.",
        (size, interpolation) if rank == 2 else (size,),
        shape=shape,
        flops=flops,
        derivative_flops=derivative_flops,
        step="upsampling",
        short="upsampled",
        template="upsampling",
        sees=sees,
    )


RESIZING = (
    *(make(rank) for make in (_zero_padding, _cropping) for rank in (1, 2, 3)),
    *(_upsampled(f"upsampling{rank}d", rank) for rank in (1, 2, 3)),
)
