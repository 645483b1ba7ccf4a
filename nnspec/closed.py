"""Values that mean the same wherever they are used.

An operation such as `random_normal(stddev=width)` is looked at where it is used. Given
to a block, its names are those of who gives it: here they are replaced by values.
"""

from __future__ import annotations

from nnspec.record import replace
from nnspec.syntax import nodes
from nnspec.values import PairOf, Resolved, Scope, Symbol


def closed(value: Resolved, scope: Scope) -> Resolved:
    """The value without names that a scope has values for."""
    match value.value:
        case nodes.Call():
            return replace(value, value=_call(value.value, scope))
        case PairOf(key, item, name):
            pair = PairOf(closed(key, scope), closed(item, scope), name)
            return replace(value, value=pair)
        case tuple():
            items = tuple(closed(item, scope) for item in value.value)
            return replace(value, value=items)
    return value


def _call(call: nodes.Call, scope: Scope) -> nodes.Call:
    """A call with what its arguments are; where that is in error, as it is written."""
    arguments = list[nodes.Argument]()
    for argument in call.arguments:
        found = scope.resolve(argument.value)
        written = _written(closed(found, scope)) if found else argument.value
        arguments.append(replace(argument, value=written))
    return replace(call, arguments=tuple(arguments))


def _written(value: Resolved) -> nodes.Value:
    """The node that is resolved to a value."""
    place = value.span
    match value.value:
        case None:
            return nodes.Nothing(place)
        case bool() as truth:
            return nodes.Boolean(place, truth)
        case int() | float() as number:
            return nodes.Number(place, number)
        case str() as text:
            return nodes.Text(place, text)
        case Symbol(name):
            return nodes.Name(place, name)
        case nodes.Call() as call:
            return call
        case tuple() as items:
            return nodes.ListValue(place, tuple(map(_item, items)))
    raise AssertionError("a pair stands in a list only")


def _item(item: Resolved) -> nodes.Value | nodes.Pair:
    match item.value:
        case PairOf(key, value):
            return nodes.Pair(item.span, _written(key), _written(value))
    return _written(item)
