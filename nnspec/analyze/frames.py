"""The network while it is built, and the body whose layers are being added to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from nnspec import ir
from nnspec.analyze.labels import Labels, Names, Value, labels_in
from nnspec.bind import Binder
from nnspec.record import Record, replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import Shape

#: What is learnt of the data is kept as `data/...`, beside the weights of the layers.
TAKEN = ("data",)


class FirstUse(Record):
    """The first use of a block or group: what it takes there, and where it stands."""

    shape: Shape | None
    span: Span
    trainable: bool


class TooManyLayers(Exception):
    """Ends the expansion of a network that would have no end."""


@dataclass
class Building:
    """The calls so far, and what is known of them as a whole.

    `made` are the values of all statements, and where each can be told of; `taken` the
    names of those that a layer takes. `unread` says that there are statements that
    could not be read. `left` is how many more there may be. `shared` are the names of
    the groups that share weights, `uses` the first use of each block and group.
    """

    left: int
    shared: frozenset[str] = frozenset()
    uses: dict[str, FirstUse] = field(default_factory=dict)
    calls: dict[str, ir.Call] = field(default_factory=dict)
    weights: dict[str, ir.Weight] = field(default_factory=dict)
    made: list[tuple[Value, nodes.Layer, Frame]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    scopes: dict[str, ir.Scope] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    output_place: Span | None = None
    #: Of inputs that are written without, by their places.
    shapes: Mapping[Span, Shape | None] = field(default_factory=dict)
    unread: bool = False
    sound: bool = True

    def count(self) -> None:
        """Count one statement; raises `TooManyLayers` for one too many."""
        if self.left == 0:
            raise TooManyLayers
        self.left -= 1

    def add(self, call: ir.Call) -> None:
        """Add a call; weights that are there already are the same."""
        weights = tuple(self.weights.setdefault(w.name, w) for w in call.weights)
        self.calls[call.name] = replace(call, weights=weights)


@dataclass
class Frame:
    """A body, or one round of a `repeat` in it.

    `before` is the value of the statement before, None at the network's start, and
    `given` what a block takes. Names begin with `prefix`, those of weights with that
    of `weights`. `scope` and `trace` are those of a call. `trainable` says whether all
    uses around it are.
    """

    building: Building
    binder: Binder
    names: Names
    body: nodes.Body
    labels: Labels = field(default_factory=Labels)
    before: Value | None = None
    given: Value | None = None
    prefix: str = ""
    weights: str = ""
    scope: tuple[str, ...] = ()
    trace: tuple[Span, ...] = ()
    trainable: bool = True

    @property
    def repeated(self) -> bool:
        """Whether this is a round of a `repeat`."""
        return self.labels.outer is not None

    def round(self) -> Frame:
        """The same body, in a round of a `repeat`: labels of it end with it."""
        return dataclasses.replace(self, labels=Labels(self.labels))


def begun(building: Building, binder: Binder, body: nodes.Body) -> Frame:
    """The frame of the network itself."""
    return Frame(building, binder, names_in(body, building), body)


def names_in(body: nodes.Body, building: Building) -> Names:
    """The names of the layers of a body, of which none is counted yet."""
    return Names({*TAKEN, *building.shared, *labels_in(body)})
