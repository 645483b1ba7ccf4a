"""A use of a block, and those that are alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from nnspec.record import Record
from nnspec.targets.numpy.blocks.tokens import Token
from nnspec.targets.numpy.step import Step
from nnspec.targets.quote import Code


class Place(NamedTuple):
    """Where something lies: the same array, whatever it is called."""

    space: str
    root: object
    shape: Code


class Slot(Record):
    """An array that each use has, by its symbol.

    It has memory of its own, or that of an array before it, which it is the `same_as`,
    or what uses share under this number. That has a shape of its own.
    """

    symbol: str
    shape: Code
    same_as: str | int | None
    same_shape: Code
    bools: bool
    ids: bool
    filled: Code | None


@dataclass(eq=False)
class Use:
    """A use of a block: its lines, and a symbol for each name in them.

    Its weights have the names that they have within the block. Arrays are numbered in
    the order of the lines. Those that others make are `given`.
    """

    path: str
    forward: tuple[Step, ...]
    backward: tuple[Step, ...]
    symbols: dict[Token, str] = field(default_factory=dict)
    places: dict[Place, str] = field(default_factory=dict)
    given: dict[str, Token] = field(default_factory=dict)
    count: int = 0
    #: Its lines in symbols, and its arrays.
    lines: tuple[Step, ...] = ()
    slots: tuple[Slot, ...] = ()

    def fresh(self, space: str) -> str:
        """A symbol that stands for nothing yet."""
        self.count += 1
        return f"{space}.§{self.count}"

    @property
    def pattern(self) -> object:
        """What uses have in common that can be one function."""
        return self.lines, len(self.forward), self.slots, tuple(self.given)


class Alike(Record):
    """Uses of a block that have the same lines."""

    block: str
    uses: tuple[Use, ...]
