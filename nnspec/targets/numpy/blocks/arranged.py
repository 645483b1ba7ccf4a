"""The lines of uses of blocks, with symbols for the names of weights and arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from nnspec.targets.numpy.blocks.tokens import Token, plain, renamed, tokens_of
from nnspec.targets.numpy.blocks.use import Place, Slot, Use
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.values import Array, Memory
from nnspec.targets.quote import Code

#: Numbers that the lines of a use may take of the whole batch.
NUMBERS = ("penalty", "share", "part", "place")


class NotAloneError(Exception):
    """Lines of a use are about something that is neither its own nor given to it."""


class Arranged:
    """The lines of a network, and the arrays that they are about."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.calls = {str(attribute): name for name, attribute in layout.names.items()}
        self.weights = {str(a): name for name, a in layout.attributes.items()}
        steps = (*layout.forward, *layout.backward)
        self.tokens = [(step, frozenset(tokens_of(step))) for step in steps]
        inputs = (value.array for value in layout.inputs if value.array)
        self.arrays: dict[Token, Array] = {
            (array.space, array.name): array for array in (*inputs, *layout.arrays)
        }
        self.own: defaultdict[str, list[Array]] = defaultdict(list)
        for array in layout.arrays:
            self.own[array.root.home].append(array)

    def count(self, path: str) -> int:
        """How many calls a use has."""
        return sum(name.startswith(f"{path}/") for name in self.calls.values())

    def use(self, path: str) -> Use:
        """A use of a block; it is an error if its lines cannot be a function."""
        forward, backward = self.layout.forward, self.layout.backward
        use = Use(path, self._run(forward, path), self._run(backward, path))
        use.lines = tuple(
            plain(renamed(step, lambda token: self._symbol(use, token)))
            for step in (*use.forward, *use.backward)
        )
        self._check(use)
        use.slots = tuple(self._slots(use))
        return use

    def is_of(self, step: Step, path: str) -> bool:
        """Whether a step is of a layer in a use."""
        return self.calls.get(step.layer, "").startswith(f"{path}/")

    def home(self, step: Step, paths: Iterable[str]) -> str:
        """The one of these uses that a step is of, if any."""
        return next((path for path in paths if self.is_of(step, path)), "")

    def shapes_of(self, use: Use) -> tuple[Code, Code]:
        """The shape of what a use takes, and that of what it gives."""
        values = self.layout.values
        given = {".".join(token) for token in use.given.values()}
        x = next(v for v in values.values() if v.array and v.a in given)
        last = [name for name in values if name.startswith(f"{use.path}/")][-1]
        return batch_shape(x.shape, "B"), batch_shape(values[last].shape, "B")

    def place(self, token: Token) -> Place:
        """Where something lies that has a name."""
        array = self.arrays.get(token)
        if array is None:
            return Place(*token, Code(""))
        return Place(token[0], id(array.root), array.shape)

    def _run(self, steps: tuple[Step, ...], path: str) -> tuple[Step, ...]:
        """The steps of a use, which no other stands between."""
        at = [i for i, step in enumerate(steps) if self.is_of(step, path)]
        if at and at[-1] - at[0] >= len(at):
            raise NotAloneError
        return tuple(steps[i] for i in at)

    def _check(self, use: Use) -> None:
        """What others take of a use are arrays, which are there without its lines."""
        lines = {token for token in use.symbols if self._is_line(use, token)}
        for step, tokens in self.tokens:
            if lines & tokens and not self.is_of(step, use.path):
                raise NotAloneError

    def _is_line(self, use: Use, token: Token) -> bool:
        """Whether a line of a use makes what is called so."""
        space, name = token
        return space == "a" and token not in self.arrays and self._makes(use, name)

    def _makes(self, use: Use, name: str) -> bool:
        return self._maker(name).startswith(f"{use.path}/")

    def _maker(self, name: str) -> str:
        """The call that something is called after: `dense_1` of `dense_1_gate`."""
        words = name.split("_")
        parts = ("_".join(words[:end]) for end in range(len(words), 0, -1))
        return next((self.calls[part] for part in parts if part in self.calls), "")

    def _symbol(self, use: Use, token: Token) -> str:
        """What stands for a name in the lines of a use."""
        if token not in use.symbols:
            space, name = token
            find = self._weight if space in ("w", "dw") else self._array
            use.symbols[token] = find(use, space, name)
        return use.symbols[token]

    def _weight(self, use: Use, space: str, name: str) -> str:
        whole = self.weights.get(name, "")
        before, _, own = whole.partition(f"{use.path}/")
        if before or not own or name != whole.replace("/", "_"):
            raise NotAloneError
        return f"{space}.{own.replace('/', '_')}"

    def _array(self, use: Use, space: str, name: str) -> str:
        array = self.arrays.get((space, name))
        if array is None:
            return self._line(use, space, name)
        place = self.place((space, name))
        own = array.root.home == use.path
        symbol = use.places.get(place)
        if symbol is None or (own and space == "a"):
            symbol = use.fresh(space)
        use.places.setdefault(place, symbol)
        if not own:
            use.given.setdefault(symbol, (space, name))
        return symbol

    def _line(self, use: Use, space: str, name: str) -> str:
        """What stands for something that is no array from the beginning."""
        if name in NUMBERS:
            return f"{space}.{name}"
        if not self._maker(name):
            raise NotAloneError
        symbol = use.fresh(space)
        if not self._makes(use, name):
            use.given[symbol] = (space, name)
        return symbol

    def _slots(self, use: Use) -> Iterator[Slot]:
        """The arrays of a use, in their order."""
        first: dict[Memory, tuple[str, Code]] = {}
        seen = set[str]()
        for array in self.own[use.path]:
            symbol = use.symbols.get((array.space, array.name))
            if symbol is None or symbol in seen:
                continue
            seen.add(symbol)
            memory, value = array.memory, array.values[0]
            other, shape = first.setdefault(memory, (symbol, array.shape))
            same_as = memory.spare if memory.spare is not None else other
            yield Slot(
                symbol=symbol,
                shape=array.shape,
                same_as=None if same_as == symbol else same_as,
                same_shape=shape,
                bools=value.bools,
                ids=value.ids,
                filled=value.filled,
            )
