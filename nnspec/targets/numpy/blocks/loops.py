"""What a script has lines for each weight for: a loop for those of uses of a block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Any, TypeVar

from nnspec.record import Record
from nnspec.targets.numpy.blocks.functions import BlockProgram
from nnspec.targets.quote import Code, literal

#: A loop has two lines beside those in it, so it must save more.
_BESIDE = 2
_T = TypeVar("_T")


class Lines(Record):
    """The operands of lines: once, or for each of the `uses` of a block in turn."""

    operands: tuple[Any, ...]
    uses: Code | None


class Speller:
    """How the weights of a network are called where a line is about them.

    `blocks` are those that are functions.
    """

    def __init__(
        self, attributes: Mapping[str, Code], blocks: Iterable[BlockProgram] = ()
    ) -> None:
        self._attributes = attributes
        blocks = [*blocks]
        self._blocks = {path: block for block in blocks for path in block.paths}
        self._place = {
            path: i for block in blocks for i, path in enumerate(block.paths)
        }

    def home(self, weight: str) -> str:
        """The use of a block that a weight is of, if that is a function."""
        around = accumulate(weight.split("/")[:-1], "{}/{}".format)
        return next((path for path in around if path in self._blocks), "")

    def array(self, weight: str, path: str) -> Code:
        """A weight: `own.dense_kernel` in a loop over this use and others."""
        if path:
            return Code(f"own.{_within(weight, path).replace('/', '_')}")
        return Code(f"w.{self._attributes[weight]}")

    def name(self, weight: str, path: str) -> Code:
        """The name of a weight as a string: `f"{use}/dense/kernel"` in a loop."""
        if path:
            return Code("f" + literal(f"{{use}}/{_within(weight, path)}"))
        return literal(weight)

    def lines(
        self,
        items: Iterable[_T],
        weight_of: Callable[[_T], str],
        operand: Callable[[_T, str], Record],
    ) -> tuple[Lines, ...]:
        """The lines of all items, in their order, each made for a path or for none."""
        found: list[Lines] = []
        for run in self._runs(items, weight_of, operand):
            if run.pays:
                found.append(Lines((*run.operands,), self._uses(run.paths)))
                continue
            once = run.operands
            if run.paths[0]:
                once = [operand(item, "") for item in run.items]
            if found and not found[-1].uses:
                once = [*found.pop().operands, *once]
            found.append(Lines((*once,), None))
        return tuple(found)

    def _runs(
        self,
        items: Iterable[_T],
        weight_of: Callable[[_T], str],
        operand: Callable[[_T, str], Record],
    ) -> list[_Run]:
        """The items in their order, those of uses with equal operands together."""
        runs: list[_Run] = []
        for path, group in groupby(items, lambda item: self.home(weight_of(item))):
            own = [*group]
            alike = [operand(item, path) for item in own]
            last = runs[-1] if runs else None
            if last and self._is_next(path, last.paths[-1]) and last.operands == alike:
                last.paths.append(path)
                last.items += own
            else:
                runs.append(_Run([path], own, alike))
        return runs

    def _is_next(self, path: str, before: str) -> bool:
        """Whether both are uses of a block, this one the next after that."""
        if not path or self._blocks.get(before) is not self._blocks[path]:
            return False
        return self._place[path] == self._place[before] + 1

    def _uses(self, paths: Sequence[str]) -> Code:
        """Those of a block: `USES["same"]`, or `USES["same"][2:]` for some of them."""
        block, first = self._blocks[paths[0]], self._place[paths[0]]
        count = len(block.paths)
        end = first + len(paths)
        some = f"[{first or ''}:{end if end < count else ''}]"
        return Code(f'USES["{block.name}"]{some if len(paths) < count else ""}')


@dataclass
class _Run:
    """What is alike for uses of a block that follow upon one another."""

    paths: list[str]
    items: list[Any]
    operands: list[Record]

    @property
    def pays(self) -> bool:
        return (len(self.paths) - 1) * len(self.operands) > _BESIDE


def _within(weight: str, path: str) -> str:
    return weight.removeprefix(f"{path}/")
