"""The memory of arrays: those that nobody needs at the same time share it.

Uses of a block that are alike each have memory of their own, so that in each of them
the same arrays share it. What is needed only while one of them is computed, or only on
its way back, has memory that is there for all of them, one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import prod

from nnspec.targets.numpy.values import Array, Memory, Value


@dataclass
class Moment:
    """What the lines of one event do to arrays, in a `use` of a block or in none."""

    use: str
    made: list[Array] = field(default_factory=list)
    #: The arrays that are read or written.
    touched: list[Array] = field(default_factory=list)


_Free = defaultdict[object, list[Memory]]


def _free() -> _Free:
    return defaultdict(list)


@dataclass
class _Spare:
    """The memory that equal uses of a block have together.

    Each of them takes it in the order in which it was made.
    """

    made: list[Memory] = field(default_factory=list)
    by_size: _Free = field(default_factory=_free)
    free: _Free = field(default_factory=_free)

    def begin(self) -> None:
        """Nothing that lies in it is needed any more."""
        self.free = _free()
        for size, memories in self.by_size.items():
            self.free[size] += reversed(memories)

    def take(self, size: object) -> Memory:
        """What is free of it, or more."""
        if self.free[size]:
            return self.free[size].pop()
        memory = Memory(spare=len(self.made))
        self.made.append(memory)
        self.by_size[size].append(memory)
        return memory


def share_memory(moments: Sequence[Moment], uses: Mapping[str, int]) -> None:
    """Find memory for all arrays; `uses` that are equal have the same number."""
    free: defaultdict[str, _Free] = defaultdict(_free)
    spares = defaultdict[int, _Spare](_Spare)
    time = 0
    for use, moments_in_it in groupby(moments, key=lambda moment: moment.use):
        run, spare = [*moments_in_it], spares[uses[use]] if use in uses else None
        end = time + len(run)
        if spare:
            spare.begin()
        for moment in run:
            for array in moment.made:
                array.memory = _memory(array, free[use], spare, end)
                array.memory.held_by = array
            for root in moment.touched:
                if not root.fixed and _last(root) <= time:
                    _give_back(root, free[root.home], spare)
            time += 1


def _memory(array: Array, free: _Free, spare: _Spare | None, end: int) -> Memory:
    """Memory for an array: what is free, or what is spare, or more."""
    value = array.values[0]
    if value.filled or value.sparse:
        return Memory()
    if free[_size(value)]:
        return free[_size(value)].pop()
    if spare and not array.fixed and _last(array) < end:
        return spare.take(_size(value))
    return Memory()


def _give_back(root: Array, free: _Free, spare: _Spare | None) -> None:
    """Nobody reads an array any more."""
    memory = root.memory
    if memory.held_by is not root:
        return
    memory.held_by = None
    if memory.spare is None:
        free[_size(root.values[0])].append(memory)
    elif spare:
        spare.free[_size(root.values[0])].append(memory)


def _last(array: Array) -> int:
    """When anything in it is read or looked at for the last time."""
    return max(array.last, array.last_of_sign)


def _size(value: Value) -> object:
    """What arrays have in common that can share memory."""
    cells = value.rows * prod(value.shape)
    return value.bools, value.ids, value.array_shape if value.whole_shape else cells
