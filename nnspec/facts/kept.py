"""Facts as JSON, and back."""

from __future__ import annotations

from typing import Any

from nnspec.facts import Arrays, Cells, Column, Facts, Part, Table, Text, Unreadable
from nnspec.record import Record, fields

_KEPT = (Arrays, Cells, Column, Part, Table, Text, Unreadable)
_RECORDS = {record.__name__: record for record in _KEPT}


def to_json(value: Any) -> Any:
    """Records as objects that name their class, the rest as it is."""
    if isinstance(value, Record):
        parts = {name: to_json(part) for name, part in fields(value).items()}
        return {"record": type(value).__name__, **parts}
    return [*map(to_json, value)] if isinstance(value, tuple) else value


def from_json(data: Any) -> Facts:
    """The facts; another error than `KeyError` or `TypeError` comes of no JSON."""
    facts = _value(data)
    if not isinstance(facts, Table | Arrays | Text | Unreadable):
        raise TypeError("these are no facts")
    return facts


def _value(data: Any) -> Any:
    if isinstance(data, dict):
        parts = {name: _value(part) for name, part in data.items() if name != "record"}
        return _RECORDS[data["record"]](**parts)
    return tuple(map(_value, data)) if isinstance(data, list) else data
