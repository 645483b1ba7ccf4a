"""What the parameters of a formula take: values of the network, or settings."""

from __future__ import annotations

from nnspec.analyze.formulas.fault import Fault
from nnspec.bind import Binder
from nnspec.record import Record
from nnspec.syntax import nodes
from nnspec.table.entry import Argument
from nnspec.table.kinds import (
    Flag,
    Integer,
    Kind,
    ListOf,
    Mismatch,
    OneOf,
    Optional,
    ReadEntry,
)
from nnspec.values import Resolved, Symbol

#: The kinds of operations that a setting may be.
_CATEGORIES = ("activation", "initializer", "regularizer", "constraint")


class Number(Record):
    """A number, an integer where it is written as one."""

    def describe(self) -> str:
        """In words."""
        return "a number"

    def read(self, value: Resolved, _: ReadEntry) -> int | float:
        """The number."""
        if isinstance(value.value, bool) or not isinstance(value.value, int | float):
            raise Mismatch
        return value.value


class Anything(Record):
    """Whatever a setting can be; the names are those of a library."""

    binder: Binder

    def describe(self) -> str:
        """In words."""
        return "a number, a shape, an activation, an initializer, or the like"

    def read(self, value: Resolved, read_entry: ReadEntry) -> object:
        """The number, flag, shape or use."""
        if isinstance(value.value, tuple):
            return ListOf(Integer(1)).read(value, read_entry)
        if value.called is not None:
            return read_entry(category_of(value, self.binder), value)
        if isinstance(value.value, str):
            raise Mismatch
        return value.value


def category_of(value: Resolved, binder: Binder) -> str:
    """What kind of operation a name is of: the first that knows it."""
    name = value.called or ""
    known = (c for c in _CATEGORIES if name in binder.library[c])
    return next(known, "activation")


def setting(parameter: nodes.Parameter, binder: Binder) -> Argument:
    """The argument that a parameter with a default is; raises `Fault`."""
    assert parameter.default is not None
    name = parameter.name.text
    resolved = binder.scope.resolve(parameter.default)
    if resolved is None:
        raise Fault("", parameter.span, code="")
    kind = _kind(resolved, binder, parameter)
    default = binder.read(kind, resolved, f"the default of `{name}`")
    return Argument(name, kind, default, "a setting of the formula")


def _kind(resolved: Resolved, binder: Binder, parameter: nodes.Parameter) -> Kind:
    match resolved.value:
        case bool():
            return Flag()
        case int() | float():
            return Number()
        case None:
            return Optional(Anything(binder))
        case tuple():
            return ListOf(Integer(1), or_one=True)
        case Symbol() | nodes.Call():
            return OneOf(category_of(resolved, binder))
    raise Fault(
        f"`{parameter.name.text}` cannot be {resolved.describe()}",
        resolved.span,
        "a setting is a number, a flag, a shape, or the name of an operation",
        "argument-type",
    )
