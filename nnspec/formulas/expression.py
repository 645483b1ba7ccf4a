"""What formulas are made of."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from weakref import WeakValueDictionary

from nnspec.record import Record

Shape = tuple[int, ...]


class Wrong(Exception):
    """What cannot be computed; the message says why, and `help` may tell a way out."""

    def __init__(
        self, message: str, help: str | None = None, code: str = "shape-mismatch"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code


class Expression(Record):
    """A value: an operator and what it is applied to, or a leaf without operands.

    `facts` are what else the operator needs, such as axes. `shape` is that of one
    sample, and `batched` says that each sample has a value of its own. Equal
    expressions are one object (see `make`), so a part used twice is there once.
    """

    operator: str
    operands: tuple[Expression, ...]
    facts: tuple[object, ...]
    shape: Shape
    batched: bool

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    @property
    def is_constant(self) -> bool:
        """Whether it is a number known now."""
        return self.operator == "constant"

    @property
    def number(self) -> int | float:
        """The number that a constant is."""
        value = self.facts[0]
        assert isinstance(value, int | float)
        return value

    @property
    def name(self) -> str:
        """The name of a leaf; empty for a constant that has none."""
        return str(self.facts[-1])

    def is_number(self, value: float) -> bool:
        """Whether it is this constant."""
        return self.is_constant and self.number == value


class Computed(Record):
    """What a formula computes of `values`: its result, and its lines by their names.

    `drawn` are the leaves that hold random numbers, each for a dropout.
    """

    result: Expression
    lines: Mapping[str, Expression]
    values: tuple[Expression, ...]
    drawn: tuple[Expression, ...]


_known: WeakValueDictionary[object, Expression] = WeakValueDictionary()


def make(
    operator: str,
    operands: tuple[Expression, ...] = (),
    facts: tuple[object, ...] = (),
    shape: Shape = (),
    batched: bool = False,
) -> Expression:
    """The one expression that is made so."""
    typed = tuple((type(fact), fact) for fact in facts)  # 1 and 1.0 are two numbers
    key = (operator, operands, typed, shape, batched)
    found = _known.get(key)
    if found is None:
        found = Expression(operator, operands, facts, shape, batched)
        _known[key] = found
    return found


def constant(value: float, name: str = "") -> Expression:
    """A number; that of a setting has its name, by which it is told."""
    return make("constant", facts=(value, name))


def value(name: str, shape: Shape) -> Expression:
    """What the network gives: one for each sample."""
    return make("value", facts=(name,), shape=shape, batched=True)


def weight(name: str, shape: Shape) -> Expression:
    """A weight, or another array that is the same for all samples."""
    return make("weight", facts=(name,), shape=shape)


def ordered(
    roots: Iterable[Expression], known: Container[Expression] = ()
) -> list[Expression]:
    """The roots and all that they are made of, each after its operands.

    What those are made of that are `known` is left out.
    """
    done: dict[Expression, None] = {}
    pending = list(roots)[::-1]
    while pending:
        node = pending[-1]
        parts = () if node in known else node.operands
        missing = [part for part in parts if part not in done]
        if missing and node not in done:
            pending += missing[::-1]
            continue
        pending.pop()
        done[node] = None
    return list(done)


def leaves(roots: Iterable[Expression], operator: str) -> list[Expression]:
    """The leaves of a kind that the roots are made of, in the order of their use."""
    return [node for node in ordered(roots) if node.operator == operator]
