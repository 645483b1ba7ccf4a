"""Indices of arrays of batches, as Python writes them."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec.record import Record
from nnspec.targets.quote import Code


class Axis(Record):
    """An axis of n cells, and `count` windows on it: of size k, every s cells."""

    n: int
    k: int
    s: int
    count: int

    @property
    def overlap(self) -> bool:
        """Whether some cells are in several windows."""
        return self.k > self.s and self.count > 1

    @property
    def gaps(self) -> bool:
        """Whether some cells are in none."""
        between = self.k < self.s and self.count > 1
        return between or (self.count - 1) * self.s + self.k < self.n

    def cells(self, place: int | str) -> str:
        """A slice of the cells at a place of each window, given as number or name."""
        last, end = (self.count - 1) * self.s + 1, self.count * self.s
        step = f":{self.s}" if self.s > 1 else ""
        if self.k <= self.s:  # nothing of the next window comes before its start
            return f"{place or ''}:{'' if end >= self.n else end}{step}"
        if isinstance(place, int):
            stop = "" if place + end >= self.n else place + last
            return f"{place or ''}:{stop}{step}"
        return f"{place} : {place} + {last}{step.replace(':', ' : ')}"


def cells_at(axes: Iterable[Axis], places: Iterable[int | str]) -> Code:
    """The index of a batch for the cells at a place of each window."""
    return _index([axis.cells(p) for axis, p in zip(axes, places, strict=True)])


def inside(ends: Iterable[tuple[int, int]]) -> Code:
    """The index of a batch without so many cells at both ends of each axis."""
    return _index([f"{a or ''}:{f'-{b}' if b else ''}" for a, b in ends])


def _index(slices: list[str]) -> Code:
    while slices and slices[-1] == ":":
        slices.pop()  # all of the last axes
    return Code(f"[{', '.join([':', *slices])}]")
