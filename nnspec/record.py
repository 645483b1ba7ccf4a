"""Frozen records.

They are what frozen dataclasses are, but for the methods that `dataclasses` writes and
compiles for each class: that took a third of the time of `nnspec compile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, TypeVar, dataclass_transform

#: The default of a field that is a mapping: no record can change it.
EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass_transform(frozen_default=True)
class Record:
    """A class of records has a field for each annotation, after those of its base.

    Two records are equal if they are of the same class and all their fields are. A
    default is that of all records of a class, so it must be immutable.
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()  # the names of the fields
    _names: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[Mapping[str, object]] = {}

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        """Find the fields; those that are `kw_only` (for mypy) are given by name."""
        own, names = cls.__annotations__, cls.__match_args__
        names = (*names, *(name for name in own if name not in names))
        cls.__match_args__ = names  # type: ignore[misc]  # mypy has found them, too
        cls._names = frozenset(names)
        defaults = {name: vars(cls)[name] for name in own if name in vars(cls)}
        cls._defaults = {**cls._defaults, **defaults}

    def __init__(self, *values: object, **named: object) -> None:
        given = self.__dict__
        given.update(self._defaults)
        if values:
            names = self.__match_args__
            given.update(zip(names, values, strict=False))
            twice = not named.keys().isdisjoint(names[: len(values)])
            if len(values) > len(names) or twice:
                raise TypeError(f"{type(self).__name__}: too many values")
        given.update(named)
        if given.keys() != self._names:
            odd = sorted(given.keys() ^ self._names)
            raise TypeError(f"{type(self).__name__}: missing or unknown: {odd}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and fields(self) == fields(other)

    def __hash__(self) -> int:
        return hash((type(self), *fields(self).values()))

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in fields(self).items())
        return f"{type(self).__name__}({', '.join(shown)})"


_R = TypeVar("_R", bound=Record)


def fields(record: Record) -> dict[str, Any]:
    """The fields of a record by name, in their order."""
    given = record.__dict__
    return {name: given[name] for name in record.__match_args__}


def replace(record: _R, **changes: object) -> _R:
    """A record like this one but for some fields."""
    return type(record)(**{**fields(record), **changes})
