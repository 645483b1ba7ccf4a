"""The names of weights and arrays in the operands of lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar, cast

from nnspec.record import Record, fields, replace
from nnspec.targets.numpy.step import Penalty, Step
from nnspec.targets.quote import Code

#: Where something is, `w` or `dw` or `a` or `da`, and its name there.
Token = tuple[str, str]

_TOKEN = re.compile(r"(?<![\w.])(da|dw|a|w)\.([^\W\d]\w*)")
_WORD = re.compile(r"[^\W\d]\w*")
#: What has no part in the lines.
_BESIDE = {"layer": Code(""), "explains": False, "explains_back": False}
_S = TypeVar("_S", bound=Step)


def tokens_of(step: object) -> Iterator[Token]:
    """All names in an operand, or in those of a step, in any order."""
    values = [step]
    while values:
        match values.pop():
            case Code() as code if "." in code:
                yield from (
                    cast(Token, found.groups()) for found in _TOKEN.finditer(code)
                )
            case Record() as record:
                values += vars(record).values()
            case tuple() | list() as several:
                values += several
            case Mapping() as named:
                values += named.values()


def renamed(step: _S, find: Callable[[Token], str]) -> _S:
    """A step with other names."""

    def sub(value: object) -> object:
        match value:
            case Code() if "." in value:
                return Code(_TOKEN.sub(lambda m: find(cast(Token, m.groups())), value))
            case Record():
                return type(value)(**{k: sub(v) for k, v in fields(value).items()})
            case Mapping():
                return {key: sub(item) for key, item in value.items()}
            case tuple():
                return tuple(map(sub, value))
            case list():
                return [*map(sub, value)]
        return value

    return replace(cast(_S, sub(step)), derivative=_told(step, find))


def _told(step: Step, find: Callable[[Token], str]) -> Code | None:
    """The comment of its backward lines; equations have names without `a.`."""
    if step.derivative is None or " = " not in step.derivative:
        return step.derivative
    names = {name for space, name in tokens_of(step) if space == "a"}

    def sub(found: re.Match[str]) -> str:
        name = found.group()
        return find(("a", name)).removeprefix("a.") if name in names else name

    return Code(_WORD.sub(sub, step.derivative))


def plain(step: _S) -> _S:
    """A step as any use has it, whichever is the first to have a formula or penalty."""
    more = {"onto": first_onto(step.onto)} if isinstance(step, Penalty) else {}
    return replace(step, **_BESIDE, **more)


def first_onto(onto: Code | None) -> Code | None:
    """A penalty that is added to those before, if there are any."""
    return Code(onto.replace(" =", " +=")) if onto and " +=" not in onto else onto
