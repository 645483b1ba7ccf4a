"""What the cells of a layer's output see of those of its input, along one axis."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, gcd, lcm

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


class View(Record):
    """Which cells of an input each cell of a value sees, along one axis.

    Cell o sees those from `firsts[o]` to `lasts[o]`. These go on and on: one period
    later, they are by as many strides further on.
    """

    stride: Fraction = Fraction(1)
    firsts: tuple[int, ...] = (0,)
    lasts: tuple[int, ...] = (0,)
    period: int = 1

    def of(self, cell: int) -> tuple[int, int]:
        """The first and the last input cell that a cell sees."""
        times, place = divmod(cell, self.period)
        known = min(place, len(self.firsts) - 1)
        moved = times * self.period * self.stride + (place - known) * self.stride
        return self.firsts[known] + floor(moved), self.lasts[known] + floor(moved)

    def through(self, sight: Sight) -> View:
        """What the cells of a layer see that takes this value."""
        stride = sight.stride
        rounds = self.period // gcd(self.period, stride.numerator)
        period = stride.denominator * rounds
        cells = range(min(period, _CELLS))
        firsts = (self.of(ceil(o * stride + sight.first))[0] for o in cells)
        lasts = (self.of(floor(o * stride + sight.last))[1] for o in cells)
        return View(self.stride * stride, tuple(firsts), tuple(lasts), period)

    def beside(self, other: View) -> View:
        """What is seen of two values that are merged cell by cell."""
        period = lcm(self.period, other.period)
        cells = [(self.of(o), other.of(o)) for o in range(min(period, _CELLS))]
        both = [_hull(one, two) for one, two in cells]
        firsts, lasts = zip(*both, strict=True)
        return View(max(self.stride, other.stride), firsts, lasts, period)

    def field(self, cells: int) -> int:
        """How many input cells one of `cells` sees: the one that sees the most.

        Those beyond the edges are included. r = 1 + the sum of (reach - 1) * jump, the
        jump the product of the strides before (Araujo, Norris and Sim, 2019), where
        all strides are whole numbers.
        """
        seen = zip(self.firsts[:cells], self.lasts, strict=False)
        return max(0, *(last - first + 1 for first, last in seen))


def _hull(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """From the first to the last that is in either; one may have none."""
    if one[0] > one[1]:
        return other
    if other[0] > other[1]:
        return one
    return min(one[0], other[0]), max(one[1], other[1])
