"""Values with their `let` names replaced and their arithmetic done."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field

from nnspec.budget import Budget
from nnspec.diagnostics import Diagnostics, Note, ValueOrigin, did_you_mean
from nnspec.record import Record
from nnspec.source import Span
from nnspec.syntax import nodes

#: Integers beyond this many bits are no sizes, seeds or counts of anything; up to it,
#: each is within the range of a float.
_MOST_BITS = 1000


#: Python's names of values.
PYTHONS: Mapping[str, bool | None] = {"True": True, "False": False, "None": None}


class Symbol(Record):
    """A name that no `let` defines: an operation, a choice or a label."""

    name: str


class PairOf(Record):
    """`key: value` in a list.

    A key that is written as a name is this `name`, too, whatever `let` there is.
    """

    key: Resolved
    value: Resolved
    name: Resolved | None = None


class Resolved(Record):
    """A value and its place.

    `value` is a number, bool, str, None, `Symbol`, `nodes.Call`, `PairOf` or a tuple
    of `Resolved` (for a list as for a tuple).
    """

    value: object
    span: Span

    @property
    def called(self) -> str | None:
        """The operation that it may name, if it is a name, or one with arguments."""
        match self.value:
            case Symbol(name):
                return name
            case nodes.Call():
                return self.value.name.text
        return None

    def describe(self) -> str:
        """The value as a message names it."""
        match self.value:
            case bool():
                return f"`{str(self.value).lower()}`"
            case int() | float():
                text = f"{self.value:_}" if abs(self.value) >= 1e6 else f"{self.value}"
                return f"`{text}`" if len(text) < 30 else "a huge number"
            case str() as text:
                plain = text.isprintable() and not {'"', "\\"} & {*text}
                return f'`"{text}"`' if plain and len(text) < 30 else "a string"
            case None:
                return "`none`"
            case Symbol(name):
                return f"`{name}`"
            case nodes.Call():
                return f"`{self.value.name.text}(...)`"
            case tuple():
                return "a list"
        return "a pair"


def _count(value: object) -> int:
    """How many values there are in one that is resolved."""
    match value:
        case Resolved():
            return _count(value.value)
        case tuple():
            return 1 + sum(map(_count, value))
        case PairOf():
            return _count(value.key) + _count(value.value)
    return 1


def spelled(value: object) -> str:
    """A number, bool, string, None or `Symbol` as a spec writes it."""
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case Symbol(name):
            return name
        case str():
            escapes = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t"})
            return f'"{value.translate(escapes)}"'
    return str(value)


def amount(count: float) -> str:
    """How many, as a message says it."""
    return f"{count:,.0f}" if count < 10**15 else f"about 10**{math.log10(count):.0f}"


class Quotient(float):
    """A quotient that remembers its numbers: scripts write `1 / 255` as specs do."""

    above: float
    below: float

    def __new__(cls, above: float, below: float) -> Quotient:
        """The number, which is that of Python's division."""
        self = super().__new__(cls, above / below)
        self.above, self.below = above, below
        return self


class _Fault(Exception):
    """Arithmetic that cannot be done; the message says why."""


def _power(left: float, right: float) -> float:
    integers = isinstance(left, int) and isinstance(right, int) and right > 0
    if integers and int(left).bit_length() * right > _MOST_BITS:
        raise _Fault("the result is too large")
    result: float | complex = left**right
    if isinstance(result, complex):
        raise _Fault("a root of a negative number is no real number")
    return result


def _verify_range(result: float) -> None:
    if isinstance(result, int):
        if result.bit_length() > _MOST_BITS:
            raise _Fault("the result is too large")
    elif not math.isfinite(result):
        raise _Fault("the result is too large")


_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": Quotient,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": _power,
}


@dataclass
class Scope:
    """The `let`s of a spec; resolves values against them.

    `overrides` are values (numbers, strings, bools, None, tuples of `Resolved`) that
    stand in the place of those that the spec gives. A value that cannot be resolved is
    reported once, and is None wherever it is used; so are the names in `unread`, which
    statements may define that could not be read. `bound` are the values of a block's
    parameters, in the scope of one use of it.
    """

    lets: Mapping[str, nodes.Let]
    diagnostics: Diagnostics
    overrides: Mapping[str, object] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    bound: Mapping[str, Resolved | None] = field(default_factory=dict)
    _done: dict[str, Resolved | None] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _budget: Budget = field(init=False)
    _sizes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        overridden = {name: _count(value) for name, value in self.overrides.items()}
        self._budget = Budget(self.lets, self.diagnostics, overridden)

    def within(self, bound: Mapping[str, Resolved | None]) -> Scope:
        """The scope of a use of a block, whose parameters have these values."""
        inner = copy(self)
        inner.bound = bound
        inner._sizes = {name: _count(value) for name, value in bound.items()}
        return inner

    def resolve(self, value: nodes.Value) -> Resolved | None:
        """The value, or None where an error has been reported."""
        affords = self._budget.affords(value, self._sizes)
        return self._resolve(value) if affords else None

    def _resolve(self, value: nodes.Value) -> Resolved | None:
        match value:
            case nodes.Number() | nodes.Text() | nodes.Boolean():
                return Resolved(value.value, value.span)
            case nodes.Nothing():
                return Resolved(None, value.span)
            case nodes.Name():
                return self._name(value)
            case nodes.Call():
                return Resolved(value, value.span)
            case nodes.Unary():
                return self._unary(value)
            case nodes.Binary():
                return self._binary(value)
            case nodes.ListValue() | nodes.TupleValue():
                return self._items(value)

    def resolve_all(self) -> None:
        """Resolve every `let`, so that a fault in an unused one is told too."""
        for let in self.lets.values():
            self._let(let)

    def _name(self, name: nodes.Name) -> Resolved | None:
        if name.text in self.bound:
            return self._parameter(name)
        if name.text not in self.lets:
            known = name.text not in self.unread
            return Resolved(Symbol(name.text), name.span) if known else None
        let = self.lets[name.text]
        found = self._let(let)
        if found is None:
            return None
        self._trace(name.span, (*self._origin(let), *self._traced(let.value.span)))
        if self.bound and isinstance(found.value, nodes.Call | tuple):
            from nnspec.closed import closed  # noqa: PLC0415 -- it needs this module

            found = closed(found, self.within({}))
        return Resolved(found.value, name.span)

    def _parameter(self, name: nodes.Name) -> Resolved | None:
        found = self.bound[name.text]
        if found is None:
            return None
        given = ValueOrigin(found.span, f"`{name.text}` is given here")
        self._trace(name.span, (given, *self._traced(found.span)))
        return Resolved(found.value, name.span)

    def _origin(self, let: nodes.Let) -> tuple[ValueOrigin, ...]:
        """Where the value of a `let` comes from."""
        name = let.name.text
        if name not in self.overrides:
            return (ValueOrigin(let.name.span, f"`{name}` is defined here"),)
        value = Resolved(self.overrides[name], let.value.span).describe().strip("`")
        return (ValueOrigin(let.value.span, f"by `--set {name}={value}`", given=True),)

    def _traced(self, *places: Span) -> tuple[ValueOrigin, ...]:
        found = (self.diagnostics.origins.get(place, ()) for place in places)
        return tuple(dict.fromkeys(note for notes in found for note in notes))

    def _trace(self, place: Span, origins: tuple[ValueOrigin, ...]) -> None:
        if origins:
            self.diagnostics.origins[place] = origins

    def _let(self, let: nodes.Let) -> Resolved | None:
        name = let.name.text
        if name in self._open:
            self._report_circle(let)
            return None
        if name not in self._done:
            self._open.append(name)
            found = (
                Resolved(self.overrides[name], let.value.span)
                if name in self.overrides
                else self.resolve(let.value)
            )
            self._open.pop()
            self._done.setdefault(name, found)
        return self._done[name]

    def _report_circle(self, let: nodes.Let) -> None:
        circle = self._open[self._open.index(let.name.text) :]
        first, *others = (self.lets[name] for name in circle)
        path = " -> ".join([*circle, circle[0]])
        self.diagnostics.error(
            "circular-let",
            f"`{first.name.text}` is defined by itself: {path}",
            first.name.span,
            help="give one of them a value of its own",
            notes=[Note(o.name.span, "goes on here") for o in others],
        )
        for name in circle:
            self._done[name] = None

    def _unary(self, value: nodes.Unary) -> Resolved | None:
        operand = self._number(value.operand, value.operator)
        if operand is None:
            return None
        self._trace(value.span, self._traced(value.operand.span))
        return Resolved(-operand if value.operator == "-" else operand, value.span)

    def _binary(self, value: nodes.Binary) -> Resolved | None:
        left = self._number(value.left, value.operator)
        right = self._number(value.right, value.operator)
        if left is None or right is None:
            return None
        self._trace(value.span, self._traced(value.left.span, value.right.span))
        try:
            result = _BINARY[value.operator](left, right)
            _verify_range(result)
        except ZeroDivisionError:
            self._arithmetic(value, "it divides by zero")
        except OverflowError:
            self._arithmetic(value, "the result is too large")
        except _Fault as fault:
            self._arithmetic(value, str(fault))
        else:
            return Resolved(result, value.span)
        return None

    def _arithmetic(self, value: nodes.Binary, why: str) -> None:
        self.diagnostics.error(
            "arithmetic", f"this cannot be computed: {why}", value.span
        )

    def _number(self, value: nodes.Value, sign: str) -> float | None:
        resolved = self._resolve(value)
        if resolved is None:
            return None
        number = resolved.value
        if isinstance(number, int | float) and not isinstance(number, bool):
            return number
        self.diagnostics.error(
            "not-a-number",
            f"`{sign}` needs numbers, got {resolved.describe()}",
            value.span,
            help=self._let_hint(resolved),
        )
        return None

    def _let_hint(self, resolved: Resolved) -> str | None:
        if not isinstance(resolved.value, Symbol) or self._traced(resolved.span):
            return None
        name = resolved.value.name
        return did_you_mean(name, self.lets) or (
            None if name in PYTHONS else f"define it: `let {name} = ...`"
        )

    def _items(self, value: nodes.ListValue | nodes.TupleValue) -> Resolved | None:
        items: list[Resolved] = []
        for item in value.items:
            resolved = (
                self._pair(item)
                if isinstance(item, nodes.Pair)
                else self._resolve(item)
            )
            if resolved is None:
                return None
            items.append(resolved)
        return Resolved(tuple(items), value.span)

    def _pair(self, pair: nodes.Pair) -> Resolved | None:
        key, value = self._resolve(pair.key), self._resolve(pair.value)
        if key is None or value is None:
            return None
        name = None
        if isinstance(pair.key, nodes.Name):
            name = Resolved(Symbol(pair.key.text), pair.key.span)
        return Resolved(PairOf(key, value, name), pair.span)
