"""One pass over all lines of a training step, which finds an array for each value.

A value lies where its operation changes what it was given, if nobody reads that any
more; else it has an array. What memory that has, `nnspec.targets.numpy.sharing` finds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nnspec.record import EMPTY
from nnspec.targets.numpy.names import free_attribute
from nnspec.targets.numpy.sharing import Moment, share_memory
from nnspec.targets.numpy.step import Buffer
from nnspec.targets.numpy.values import Array, Event, Memory, Value
from nnspec.targets.quote import Code


class _Reads:
    """When each value is read for the last time."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.last: defaultdict[Value, int] = defaultdict(int)
        self.last_of_sign: defaultdict[Value, int] = defaultdict(int)
        for time, event in enumerate(events):
            for value in event.read:
                self.last[value] = time
            for value in event.looks_at_sign:
                self.last_of_sign[value] = time


#: Gradients that are called alike: their array, their shape, what is merged in them.
_Group = tuple[Array, Code, Value | None]


@dataclass
class Arrays:
    """The arrays of a training step, in the order in which they are needed.

    `taken` are the names that attributes of a batch have for something else, but for
    those that values are called by first. Arrays have memory of their own unless it
    `shares` it. Each use of a block in `uses` has arrays for itself; there stands which
    of equal uses it is one of, and in `homes` which use the lines of a layer are in.
    """

    taken: set[str]
    shares: bool = True
    homes: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    uses: Mapping[str, int] = field(default_factory=lambda: EMPTY)
    made: list[Array] = field(default_factory=list)
    #: The names of arrays.
    used: set[str] = field(default_factory=set)
    reads: _Reads = field(default_factory=_Reads)
    #: The values, numbered in the order in which they are written.
    order: dict[Value, int] = field(default_factory=dict)
    #: Of an event, that it must copy what it changes, as somebody reads that later.
    copies: set[Event] = field(default_factory=set)
    moments: list[Moment] = field(default_factory=list)

    def place_all(self, events: Sequence[Event]) -> None:
        """Find an array for each value that the events write."""
        self.reads = _Reads(events)
        for time, event in enumerate(events):
            self.moments.append(Moment(self.homes.get(event.layer, "")))
            if event.is_view:
                self._view(event)
            else:
                self._place(event, time)
            values = (*event.read, *event.looks_at_sign, *event.writes)
            roots = (value.array.root for value in values if value.array)
            self.moments[-1].touched.extend(dict.fromkeys(roots))
        if self.shares:
            share_memory(self.moments, self.uses)
        self._name_gradients()

    def _place(self, event: Event, time: int) -> None:
        over = (*event.over, event.changes) if event.changes else event.over
        first = event.writes[0] if event.writes else None
        free = (v.array for v in over if first and _is_free(v, first, time, event))
        below = next(free, None)
        for value in event.writes:
            if below and value is first:
                self._lie(value, below)
            else:
                self._make(value)
        if event.changes and not below:
            self.copies.add(event)

    def _make(self, value: Value) -> None:
        moment = self.moments[-1]
        array = Array(value.space, value.array_shape, home=moment.use)
        moment.made.append(array)
        self._lie(value, array)
        if value.space == "a":
            array.name = self._name(value)
        if not value.sparse:
            self.made.append(array)

    def _view(self, event: Event) -> None:
        (source,) = event.reads
        assert source.array is not None
        for value in event.writes:
            view = source.array.root
            if value.space == "a":
                name = self._name(value)
                view = Array("a", value.array_shape, view_of=view, name=name)
            self._lie(value, view)

    def _lie(self, value: Value, array: Array) -> None:
        self.order[value] = len(self.order)
        value.array, root = array, array.root
        root.values.append(value)
        root.last = max(root.last, self.reads.last[value])
        root.last_of_sign = max(root.last_of_sign, self.reads.last_of_sign[value])
        root.fixed |= value.pinned or value.filled is not None

    def _name(self, value: Value) -> Code:
        """The name of what holds a value: its own, where nothing else is called so."""
        if value.part:
            name = free_attribute(value.name, self.taken, value.part)
        elif value.name in self.used:
            name = free_attribute(value.beside[0], self.taken, value.beside[1])
        else:
            name = value.name
        self.used.add(name)
        self.taken.add(name)
        return name

    # -- gradients ---------------------------------------------------------------------

    def _name_gradients(self) -> None:
        """Name what gradients lie in by the values that they are of.

        Of those in one array, the first value of the network gives the name; one of
        another shape lies in a view of it.
        """
        groups = defaultdict[_Group, list[Value]](list)
        for root in (array for array in self.made if array.space == "da"):
            for value in root.values:
                merged = value.of if value.of and value.of.merged else None
                groups[root, value.array_shape, merged].append(value)
        self.made = [array for array in self.made if array.space == "a"]
        taken = set[str]()
        for values in groups.values():
            values.sort(key=self._order)
        for group in sorted(groups, key=lambda key: self._order(groups[key][0])):
            (root, shape, _), values = group, groups[group]
            name = _name_of_gradient(values[0], taken)
            taken.add(name)
            array = Array("da", shape, values, name, root, root.memory)
            for value in values:
                value.array = array
            self.made.append(array)

    def _order(self, gradient: Value) -> int:
        return self.order.get(gradient.of, len(self.order)) if gradient.of else 0


def _name_of_gradient(gradient: Value, taken: set[str]) -> Code:
    """It is called as the value, or as the array of that."""
    if gradient.of is None:
        return free_attribute(gradient.name, taken, gradient.part)
    of = gradient.of
    names = [of.name] * (not of.part)
    names += [of.array.name] if of.array else []
    free = (name for name in names if name not in taken)
    return next(free, None) or free_attribute(of.name, taken, gradient.layer or "more")


def buffers_of(arrays: Iterable[Array]) -> Iterator[Buffer]:
    """The lines that make arrays: of those that share memory, the first one has it."""
    first: dict[Memory, Array] = {}
    for array in arrays:
        value, other = array.values[0], first.setdefault(array.memory, array)
        yield Buffer(
            Code(f"{array.space}.{array.name}"),
            array.shape,
            same_as=Code(f"{other.space}.{other.name}") if other is not array else None,
            reshaped=other.shape != array.shape,
            reused=other.root is not array.root,
            bools=value.bools,
            ids=value.ids,
            filled=value.filled,
        )


def _is_free(value: Value, new: Value, time: int, event: Event) -> bool:
    """Whether `new` may lie where a value does: nobody reads that later."""
    array = value.array
    if array is None or value.array_shape != new.array_shape or new.filled:
        return False
    root = array.root
    needed = root.last if event.keeps_sign else max(root.last, root.last_of_sign)
    return not root.fixed and needed <= time
