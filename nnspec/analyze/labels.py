"""The names of a network while it is built: labels, and what is counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nnspec.record import Record
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import Shape


class Value(Record):
    """A value of the network; the `shape` is None where its layer is at fault.

    `name` is that of the call that it comes of, `span` the place of the layer or of
    the use of a block.
    """

    name: str
    shape: Shape | None
    span: Span


@dataclass
class Names:
    """The names of the layers of one body: a label, or counted as Keras counts them.

    Counting passes over `taken`, which are labels and what bears another's name.
    """

    taken: set[str]
    _counts: dict[str, int] = field(default_factory=dict)

    def next(self, stem: str, own: bool = False) -> str:
        """`dense`, `dense_1`, ...; the first may be taken if it is the stem's `own`."""
        while True:
            number = self._counts.get(stem, 0)
            self._counts[stem] = number + 1
            name = f"{stem}_{number}" if number else stem
            if name not in self.taken or (own and not number):
                self.taken.add(name)
                return name


@dataclass
class Labels:
    """The labels that can be seen in a body, or in one round of a `repeat`.

    `counted` are layers of this body without a label, by their names: the ends of
    their calls, where a label could stand.
    """

    outer: Labels | None = None
    values: dict[str, Value] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def find(self, name: str) -> Value | None:
        """The value that a label here, or around here, stands for."""
        if name in self.values:
            return self.values[name]
        return self.outer.find(name) if self.outer else None

    def place_of(self, name: str) -> Span | None:
        """Where a label stands, here or around here."""
        if name in self.places:
            return self.places[name]
        return self.outer.place_of(name) if self.outer else None

    def known(self) -> list[str]:
        """All labels that can be seen, those of this body last."""
        return [*(self.outer.known() if self.outer else ()), *self.places]


def labels_in(body: nodes.Body) -> Iterable[str]:
    """The labels of a body, without those of a `repeat` in it, which are counted."""
    for statement in body:
        if isinstance(statement, nodes.Layer) and statement.label:
            yield statement.label.text


def all_labels_in(body: nodes.Body) -> Iterable[nodes.Name]:
    """All labels of a body, those of a `repeat` in it among them."""
    for statement in body:
        if isinstance(statement, nodes.Repeat):
            yield from all_labels_in(statement.body)
        elif isinstance(statement, nodes.Layer) and statement.label:
            yield statement.label
