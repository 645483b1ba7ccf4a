"""Values that mean the same wherever they are used.

An operation such as `random_normal(stddev=width)` is looked at where it is used. Given
to a block, its names are those of who gives it: here they are replaced by values.
"""

from __future__ import annotations

from nnspec import syntax
from nnspec.record import replace
from nnspec.values import PairOf, Resolved, Scope, Symbol


def closed(value: Resolved, scope: Scope) -> Resolved:
    """The value without names that a scope has values for."""
    match value.value:
        case syntax.Call():
            return replace(value, value=_call(value.value, scope))
        case PairOf(key, item, name):
            pair = PairOf(closed(key, scope), closed(item, scope), name)
            return replace(value, value=pair)
        case tuple():
            items = tuple(closed(item, scope) for item in value.value)
            return replace(value, value=items)
    return value


def _call(call: syntax.Call, scope: Scope) -> syntax.Call:
    """A call with what its arguments are; where that is in error, as it is written."""
    arguments = list[syntax.Argument]()
    for argument in call.arguments:
        found = scope.resolve(argument.value)
        written = _written(closed(found, scope)) if found else argument.value
        arguments.append(replace(argument, value=written))
    return replace(call, arguments=tuple(arguments))


def _written(value: Resolved) -> syntax.Value:
    """The node that is resolved to a value."""
    place = value.span
    match value.value:
        case None:
            return syntax.Nothing(place)
        case bool() as truth:
            return syntax.Boolean(place, truth)
        case int() | float() as number:
            return syntax.Number(place, number)
        case str() as text:
            return syntax.Text(place, text)
        case Symbol(name):
            return syntax.Name(place, name)
        case syntax.Call() as call:
            return call
        case tuple() as items:
            return syntax.ListValue(place, tuple(map(_item, items)))
    raise AssertionError("a pair stands in a list only")


def _item(item: Resolved) -> syntax.Value | syntax.Pair:
    match item.value:
        case PairOf(key, value):
            return syntax.Pair(item.span, _written(key), _written(value))
    return _written(item)
