"""The uses of a block in a network that may be alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from nnspec import ir
from nnspec.record import Record

#: How many calls functions must save, that a script is shorter and clearer with them.
_SAVED = 6


class Repeated(Record):
    """A block by the name of its definition, and uses of it by their paths."""

    block: str
    uses: tuple[str, ...]


def repeated(network: ir.Network, kinds: Mapping[str, int]) -> tuple[Repeated, ...]:
    """The uses of blocks that have the same layers and shapes, the outermost ones.

    Those of which is known that their lines differ are of different `kinds`; those of
    kind 0 are like no others.
    """
    calls = _Calls(network)
    return tuple(_repeated(calls, calls.within[""], kinds))


class _Calls:
    """The calls of each use of a block, and the uses that stand right within it."""

    def __init__(self, network: ir.Network) -> None:
        self.scopes = network.scopes
        self.of: defaultdict[str, list[ir.Call]] = defaultdict(list)
        self.within: defaultdict[str, list[str]] = defaultdict(list)
        for path in network.scopes:
            self.within[path.rpartition("/")[0]].append(path)
        for call in network.calls:
            for depth in range(len(call.scope)):
                self.of["/".join(call.scope[: depth + 1])].append(call)

    def structure(self, path: str) -> object:
        """What uses that may be alike have in common."""
        return self.scopes[path].name, tuple(
            (
                call.name.removeprefix(f"{path}/"),
                call.use.entry.name,
                call.input_shapes,
                call.output_shape,
                tuple((weight.shape, weight.trainable) for weight in call.weights),
            )
            for call in self.of[path]
        )


def _repeated(
    calls: _Calls, paths: Iterable[str], kinds: Mapping[str, int]
) -> Iterator[Repeated]:
    """Those of these uses, or else of the ones within them."""
    found: defaultdict[object, list[str]] = defaultdict(list)
    for path in paths:
        if not calls.scopes[path].shared:
            found[calls.structure(path), kinds.get(path)].append(path)
    within: list[str] = []
    for uses in found.values():
        if kinds.get(uses[0]) != 0 and pays(len(uses), len(calls.of[uses[0]])):
            yield Repeated(calls.scopes[uses[0]].name, tuple(uses))
        else:
            within += (path for use in uses for path in calls.within[use])
    if within:
        yield from _repeated(calls, within, kinds)


def pays(uses: int, calls: int) -> bool:
    """Whether a function is worth while, for so many uses of so many calls."""
    return (uses - 1) * calls >= _SAVED
