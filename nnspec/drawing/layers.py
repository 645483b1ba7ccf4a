"""A layered layout: parts in rows, each below those that it takes values of.

The steps are those of Sugiyama, Tagawa and Toda (1981). Rows by the longest way; lines
that pass a row get a place in it; parts of a row are ordered by where their neighbours
are, so that few lines cross; then each stands as straight below them as there is room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nnspec.record import Record

#: How much room a line takes that passes a row.
_LANE = 18.0
_SWEEPS = 8
#: Parts do not give way to lines.
_HEAVY = 1e4


class Part(Record):
    """What has a place: its size, and where lines come in and go out, from its left."""

    width: float
    height: float
    come: float
    go: float


@dataclass
class _Cell:
    """A part in its row, or the place of a line that passes the row (part is None)."""

    part: int | None
    row: int
    width: float
    come: float
    go: float
    above: list[_Cell] = field(default_factory=list)
    below: list[_Cell] = field(default_factory=list)
    place: int = 0
    x: float = 0.0


class Layout(Record):
    """Where each part begins from the left, its row, and the lines.

    A line is the list of where it passes the rows between its ends.
    """

    lefts: tuple[float, ...]
    rows: tuple[int, ...]
    lines: tuple[tuple[float, ...], ...]


def layout(
    parts: Sequence[Part], edges: Sequence[tuple[int, int]], gap: float
) -> Layout:
    """Places for parts in an order in which each stands after those it takes from.

    `gap` is how far two parts of a row are from each other at least.
    """
    rows = _rows(len(parts), edges)
    cells = [
        _Cell(n, rows[n], part.width, part.come, part.go)
        for n, part in enumerate(parts)
    ]
    lines = [_line(cells[a], cells[b]) for a, b in edges]
    grid: list[list[_Cell]] = [[] for _ in range(max(rows, default=0) + 1)]
    for cell in [*cells, *(cell for line in lines for cell in line)]:
        grid[cell.row].append(cell)
    _order(grid)
    _straighten(grid, gap)
    left = min((cell.x for row in grid for cell in row), default=0.0)
    return Layout(
        tuple(cell.x - left for cell in cells),
        tuple(rows),
        tuple(tuple(c.x + c.go - left for c in line) for line in lines),
    )


def _rows(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """As high as what comes before allows; what takes nothing just above its users."""
    rows = [0] * count
    after: list[list[int]] = [[] for _ in rows]
    before: list[list[int]] = [[] for _ in rows]
    for a, b in edges:
        after[a].append(b)
        before[b].append(a)
    for b in range(count):
        rows[b] = max((rows[a] + 1 for a in before[b]), default=0)
    for a in range(count):
        if not before[a] and after[a]:
            rows[a] = min(rows[b] for b in after[a]) - 1
    return rows


def _line(start: _Cell, end: _Cell) -> list[_Cell]:
    """The places of a line in the rows between its ends, which are linked."""
    between = [
        _Cell(None, row, _LANE, _LANE / 2, _LANE / 2)
        for row in range(start.row + 1, end.row)
    ]
    way = [start, *between, end]
    for upper, lower in pairwise(way):
        upper.below.append(lower)
        lower.above.append(upper)
    return between


def _order(grid: list[list[_Cell]]) -> None:
    """Order the cells of each row by the middle of their neighbours, down and up."""
    _number(grid)
    best, least = [list(row) for row in grid], _crossings(grid)
    for sweep in range(_SWEEPS):
        if least == 0:
            break
        down = sweep % 2 == 0
        for row in grid[1:] if down else reversed(grid[:-1]):
            row.sort(key=lambda cell: _middle(cell, cell.above if down else cell.below))
            for place, cell in enumerate(row):
                cell.place = place
        found = _crossings(grid)
        if found < least:
            best, least = [list(row) for row in grid], found
    grid[:] = best
    _number(grid)


def _number(grid: list[list[_Cell]]) -> None:
    for row in grid:
        for place, cell in enumerate(row):
            cell.place = place


def _middle(cell: _Cell, neighbours: list[_Cell]) -> float:
    if not neighbours:
        return float(cell.place)
    return sum(other.place for other in neighbours) / len(neighbours)


def _crossings(grid: list[list[_Cell]]) -> int:
    """How many pairs of lines cross between two rows."""
    count = 0
    for row in grid[:-1]:
        ends = [low.place for cell in row for low in sorted(cell.below, key=_place)]
        count += _inversions(ends)
    return count


def _place(cell: _Cell) -> int:
    return cell.place


def _inversions(numbers: list[int]) -> int:
    """How many pairs are in the wrong order: by a sum over a binary tree."""
    tree, count = [0] * (max(numbers, default=0) + 2), 0
    for done, number in enumerate(numbers):
        place, smaller = number + 1, 0
        while place:
            smaller += tree[place]
            place -= place & -place
        count += done - smaller
        place = number + 1
        while place < len(tree):
            tree[place] += 1
            place += place & -place
    return count


def _straighten(grid: list[list[_Cell]], gap: float) -> None:
    """Move cells below and above their neighbours, as far as there is room."""
    for row in grid:
        x = 0.0
        for cell in row:
            cell.x, x = x, x + cell.width + gap
    for turn in range(13):
        down = turn % 2 == 0
        for row in grid if down else reversed(grid):
            wishes = [_wish(cell, down) for cell in row]
            _settle(row, wishes, gap)


def _wish(cell: _Cell, down: bool) -> float:
    """Where a cell would stand: straight below, or above, its nearest neighbours.

    A line goes on straight, and a part below a single one; else it is in the middle.
    """
    others = cell.above if down else cell.below
    if not others or (cell.part is None and _is_aside(others[0], down)):
        return cell.x
    alike = [c for c in others if (c.part is None) == (cell.part is None)]
    places = [
        c.x + c.go - cell.come if down else c.x + c.come - cell.go
        for c in (alike if len(alike) == 1 else others)
    ]
    return sum(places) / len(places)


def _is_aside(end: _Cell, down: bool) -> bool:
    """Whether a line that ends here is one of several, which part here or meet."""
    return end.part is not None and len(end.below if down else end.above) > 1


def _settle(row: list[_Cell], wishes: list[float], gap: float) -> None:
    """The places nearest to what is wished at which none is too near to the next.

    By pooling neighbours that are too near (isotonic regression); parts weigh more than
    lines.
    """
    offset, pools = 0.0, list[tuple[float, float, int]]()  # place, weight, cells
    for cell, wish in zip(row, wishes, strict=True):
        place, weight, count = wish - offset, 1.0 if cell.part is None else _HEAVY, 1
        while pools and pools[-1][0] > place:
            other, more, cells = pools.pop()
            place = (place * weight + other * more) / (weight + more)
            weight, count = weight + more, count + cells
        pools.append((place, weight, count))
        offset += cell.width + gap
    places = [place for place, _, count in pools for _ in range(count)]
    offset = 0.0
    for cell, place in zip(row, places, strict=True):
        cell.x = place + offset
        offset += cell.width + gap
