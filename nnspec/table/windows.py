"""Windows that move over the axes of a sequence or an image, as in Keras 3.

A window of size k takes every d-th cell (`dilation`), and the next one begins s cells
further on (`stride`). With padding `valid` all cells of it lie within the n of the
axis; with `same` there are ceil(n / s) windows, and what lacks for them is added to
both ends, an odd cell to the far one; with `causal` it is added to the near end alone,
so that no window sees what comes after it.
"""

from __future__ import annotations

from math import isqrt, prod
from typing import cast

from nnspec.diagnostics import Fix
from nnspec.record import Record
from nnspec.table.entry import Misfit, Shape
from nnspec.table.kinds import Integer, ListOf, Mismatch, ReadEntry
from nnspec.values import Resolved

#: Of fewer rows a picture is hardly made: a table of four columns is none.
_LEAST_SIDE = 8
#: What a sample has to be, by the number of axes that windows move over.
_NEEDS = {
    1: ("a sequence", "(steps, features)"),
    2: ("an image", "(height, width, channels)"),
    3: ("a volume", "(depth, height, width, channels)"),
}


#: How a kind goes on that takes a number for each axis, or a single one for all.
_EACH = {1: "", 2: ", or a pair of such", 3: ", or a list of three such"}


class Sizes(Record):
    """An integer for each of `rank` axes, as a tuple; one stands for all.

    Of a single axis it may stay an integer, as the defaults of Keras are.
    """

    rank: int
    minimum: int = 1

    def describe(self) -> str:
        """In words."""
        return f"{Integer(self.minimum).describe()}{_EACH[self.rank]}"

    def read(self, value: Resolved, read_entry: ReadEntry) -> int | tuple[int, ...]:
        """The integers."""
        kind = Integer(self.minimum)
        if not isinstance(value.value, tuple):
            number = kind.read(value, read_entry)
            return number if self.rank == 1 else (number,) * self.rank
        if len(value.value) != self.rank:
            raise Mismatch
        return cast("tuple[int, ...]", ListOf(kind).read(value, read_entry))


def per_axis(sizes: object, rank: int) -> tuple[int, ...]:
    """The sizes along all axes, of an argument that may be a single one."""
    return (sizes,) * rank if isinstance(sizes, int) else cast("tuple[int, ...]", sizes)


def reach(k: int, d: int = 1) -> int:
    """How many cells there are from the first to the last one of a window."""
    return (k - 1) * d + 1


def windows_over(n: int, k: int, s: int = 1, d: int = 1, padding: str = "valid") -> int:
    """How many windows an axis of n cells has; none or less if it is too short."""
    if padding == "valid":
        return (n - reach(k, d)) // s + 1
    return -(-n // s)


def pads(
    n: int, k: int, s: int = 1, d: int = 1, padding: str = "valid"
) -> tuple[int, int]:
    """How many cells are added before and after the n of an axis."""
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return reach(k, d) - 1, 0
    lacking = max((windows_over(n, k, s, d, padding) - 1) * s + reach(k, d) - n, 0)
    return lacking // 2, lacking - lacking // 2


def transposed(
    n: int, k: int, s: int, d: int, padding: str, more: int | None = None
) -> tuple[int, int]:
    """How long an axis becomes that windows write to, and how much is cut off first.

    Each of n cells writes to one window. Without `more`, the `output_padding` of Keras,
    padding `same` makes n * s cells, those for which a convolution has n windows.
    """
    span = reach(k, d)
    if padding == "valid":
        return (n - 1) * s + (max(span, s) if more is None else span + more), 0
    length = n * s if more is None else (n - 1) * s + span % 2 + more
    added = length - (n - 1) * s + span - 2  # to n cells with s - 1 zeros between them
    return length, span - 1 - min(added - added // 2, span - 1)


def verify_axes(layer: str, shape: Shape, rank: int) -> None:
    """Raise `Misfit` unless a sample has `rank` axes for windows, and one of values."""
    if len(shape) == rank + 1:
        return
    what, axes = _NEEDS[rank]
    message = f"`{layer}` needs {what} of shape {axes}, got {shape}"
    raise Misfit(message, _way_out(shape, rank))


def _way_out(shape: Shape, rank: int) -> str:
    """What to put before a layer, so that it gets the axes that it needs."""
    found: tuple[int, ...] | None = None
    if not shape:
        found = (1,) * (rank + 1)
    elif len(shape) == rank:
        found = (*shape, 1)
    elif rank == 1:
        found = (shape[0], prod(shape[1:]))
    elif len(shape) == 1 and rank == 2:
        sides = ((isqrt(shape[0] // c), c) for c in (1, 3) if shape[0] % c == 0)
        exact = [(a, a, c) for a, c in sides if a * a * c == shape[0]]
        found = next((e for e in exact if e[0] >= _LEAST_SIDE), None)
    if found is None:
        written = f"reshape{_NEEDS[rank][1]}"
        what = "volume" if rank == 3 else "picture"
        return f"put `{written}` before it; what is no {what} takes `dense`"
    written = f"reshape({', '.join(map(str, found))})"
    return Fix(f"put `{written}` before it", before=written)


def windowed(
    layer: str,
    shape: Shape,
    sizes: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...] | None = None,
    padding: str = "valid",
    *,
    argument: str,
) -> Shape:
    """How many windows there are along each axis but the last one of a sample.

    Raises `Misfit` for a sample that has not these axes, and at the `argument` that
    gives the windows' size for one that is too small for them.
    """
    verify_axes(layer, shape, len(sizes))
    dilations = dilations or (1,) * len(sizes)
    cells = zip(shape[:-1], sizes, strides, dilations, strict=True)
    found = tuple(windows_over(n, k, s, d, padding) for n, k, s, d in cells)
    if any(count < 1 for count in found):
        spans = tuple(map(reach, sizes, dilations))
        raise Misfit(
            f"the windows of `{layer}` are {_by(spans)}, and its input only "
            f"{_by(shape[:-1])}",
            "take smaller ones, or `padding=same`",
            argument=argument,
        )
    return found


def _by(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes)) + " long" * (len(sizes) == 1)
