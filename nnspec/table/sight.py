"""What the cells of a layer's output see of those of its input, along one axis."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, prod

from nnspec.record import Record

#: Of an axis, no more cells are looked at; few networks make so many of a single one.
_CELLS = 256


class Sight(Record):
    """Output cell o sees the input cells from o * stride + first to o * stride + last.

    Where these are no whole numbers, only what is between them is seen. The stride is
    below 1 where the output has more cells than the input.
    """

    stride: Fraction
    first: Fraction
    last: Fraction


def over_windows(s: int, reach: int, before: int) -> Sight:
    """Windows that reach over so many cells, with so many added before the first."""
    return Sight(Fraction(s), Fraction(-before), Fraction(reach - 1 - before))


def under_windows(s: int, reach: int, cut: int) -> Sight:
    """Windows that each input cell writes to; so many cells are cut off before them."""
    return Sight(Fraction(1, s), Fraction(cut - reach + 1, s), Fraction(cut, s))


def moved(cells: int) -> Sight:
    """The same cells, after so many new ones."""
    return over_windows(1, 1, cells)


def repeated(factor: int) -> Sight:
    """Each cell as often as `factor`."""
    return under_windows(factor, factor, 0)


def between(factor: int) -> Sight:
    """The two cells next to each of the centres of `factor` times as many cells.

    Centre o lies at (o + 1/2) / factor - 1/2.
    """
    half = Fraction(1, 2)
    return Sight(Fraction(1, factor), Fraction(1, factor) - 3 * half, half)


def by_cell(alone: bool) -> tuple[Sight, ...] | None:
    """What a layer sees: each cell by itself, or else it may be all of them."""
    return () if alone else None


def field(sights: Sequence[Sight], cells: int) -> int:
    """How many input cells an output cell sees through layers, the first layer first.

    Of `cells` that do not all see as many the most, those beyond the edges included.
    r = 1 + the sum of (reach - 1) * jump, the jump the product of the strides before
    (Araujo, Norris and Sim, 2019), where all strides are whole numbers.
    """
    period = prod(sight.stride.denominator for sight in sights)
    seen = (_seen(sights, cell) for cell in range(min(period, cells, _CELLS)))
    return max(0, *(last - first + 1 for first, last in seen))


def _seen(sights: Sequence[Sight], cell: int) -> tuple[int, int]:
    """The first and the last input cell that an output cell sees."""
    first = last = cell
    for sight in reversed(sights):
        first = ceil(first * sight.stride + sight.first)
        last = floor(last * sight.stride + sight.last)
    return first, last
