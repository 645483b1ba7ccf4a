"""How many values a spec may have once every `let` in them is written out.

Thirty `let`s, each a list of the one before twice, are 2**30 values: whoever walked
through them would never come to an end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nnspec.diagnostics import Diagnostics
from nnspec.record import EMPTY
from nnspec.syntax import nodes

#: Honest specs have thousands; a million are walked through in about a second.
_MOST_VALUES = 1_000_000


@dataclass
class Budget:
    """Counts the values of a spec that has these `let`s.

    `overridden` tells how many values there are in what some `let`s are given instead.
    """

    lets: Mapping[str, nodes.Let]
    diagnostics: Diagnostics
    overridden: Mapping[str, int]
    _sizes: dict[str, int] = field(default_factory=dict)
    _left: int = _MOST_VALUES

    def affords(self, value: nodes.Value, known: Mapping[str, int] = EMPTY) -> bool:
        """Whether the spec may have this value, too; reported once where it may not.

        `known` tells how many values there are in what other names stand for.
        """
        if self._left < 0:
            return False
        self._left -= self._size(value, known)
        if self._left < 0:
            self.diagnostics.error(
                "too-large",
                f"with this, the spec has more than {_MOST_VALUES:,} values, once "
                "every `let` is written out",
                value.span,
                help="write fewer lists within lists",
            )
        return self._left >= 0

    def _size(
        self, value: nodes.Value | nodes.Pair, known: Mapping[str, int] = EMPTY
    ) -> int:
        """How many values there are in one, with the names in it written out."""
        match value:
            case nodes.Name(_, name) if name in known:
                return known[name]
            case nodes.Name(_, name):
                return self._size_of_let(name) if name in self.lets else 1
            case nodes.ListValue() | nodes.TupleValue():
                return 1 + sum(self._size(item, known) for item in value.items)
            case nodes.Pair():
                pair = (value.key, value.value)
                return 1 + sum(self._size(part, known) for part in pair)
            case nodes.Call():
                return 1 + sum(self._size(a.value, known) for a in value.arguments)
            case nodes.Unary():
                return 1 + self._size(value.operand, known)
            case nodes.Binary():
                pair = (value.left, value.right)
                return 1 + sum(self._size(part, known) for part in pair)
        return 1

    def _size_of_let(self, name: str) -> int:
        """What stands for the name; that of arithmetic is one number."""
        if name not in self._sizes:
            self._sizes[name] = 1  # for a `let` that is defined by itself
            value = self.lets[name].value
            if name in self.overridden:
                self._sizes[name] = self.overridden[name]
            elif not isinstance(value, nodes.Unary | nodes.Binary):
                self._sizes[name] = self._size(value)
        return self._sizes[name]
