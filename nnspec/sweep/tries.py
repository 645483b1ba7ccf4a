"""What `--try NAME=...` says: values one by one, or a range to draw from."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterator, Sequence

from nnspec.record import Record

#: How many trials there are where ranges are drawn from, unless it is said.
USUAL = 20
_RANGE = re.compile(r"(log|uniform|int)\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)")


class Odd(ValueError):
    """What is no such text; the message says why."""


class Try(Record):
    """The values of a `let`, or the range that they are drawn from, with its `kind`."""

    name: str
    values: tuple[str, ...] = ()
    kind: str = ""
    low: float = 0.0
    high: float = 0.0

    @property
    def told(self) -> str:
        """What can be its value: `64, 128`, `log(0.0001, 0.1)`."""
        return ", ".join(self.values) or f"{self.kind}({self.low:g}, {self.high:g})"

    def draw(self, rng: random.Random) -> str:
        """A value, as a spec writes it."""
        if self.values:
            return rng.choice(self.values)
        if self.kind == "int":
            return str(rng.randint(int(self.low), int(self.high)))
        if self.kind == "log":
            exponent = rng.uniform(math.log(self.low), math.log(self.high))
            return f"{math.exp(exponent):.4g}"
        return f"{rng.uniform(self.low, self.high):.4g}"


def read(text: str) -> Try:
    """One of them: `hidden=64,128`, `lr=log(1e-4, 1e-1)`. Raises `Odd`."""
    name, equals, what = text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_]\w*", name.strip()):
        raise Odd("it begins with the name of a `let` and `=`")
    name, what = name.strip(), what.strip()
    if found := _RANGE.fullmatch(what):
        return _ranged(name, *found.groups())
    values = tuple(part.strip() for part in _parted(what))
    if not all(values):
        raise Odd("there is no value between two commas")
    return Try(name, tuple(dict.fromkeys(values)))


def _ranged(name: str, kind: str, first: str, last: str) -> Try:
    try:
        low, high = float(first), float(last)
    except ValueError:
        raise Odd(f"`{kind}` takes two numbers") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise Odd(f"`{kind}` goes from a number to a larger one")
    if kind == "log" and low <= 0:
        raise Odd("`log` goes from a number above 0 on")
    if kind == "int" and (low != int(low) or high != int(high)):
        raise Odd("`int` takes whole numbers")
    return Try(name, (), kind, low, high)


def _parted(text: str) -> Iterator[str]:
    """The parts between commas that stand in no bracket and no string."""
    depth, quoted, start = 0, False, 0
    for i, c in enumerate(text):
        quoted ^= c == '"'
        depth += 0 if quoted else (c in "([") - (c in ")]")
        if c == "," and not depth and not quoted:
            yield text[start:i]
            start = i + 1
    yield text[start:]


def plan(tries: Sequence[Try], trials: int | None, seed: int) -> list[dict[str, str]]:
    """The values of each trial: of a grid all or some, else as many as are drawn."""
    rng = random.Random(seed)
    if all(each.values for each in tries):
        names = [each.name for each in tries]
        grid = itertools.product(*(each.values for each in tries))
        every = [dict(zip(names, values, strict=True)) for values in grid]
        if trials is not None and trials < len(every):
            every = rng.sample(every, trials)
        return every
    count = USUAL if trials is None else trials
    drawn = ({each.name: each.draw(rng) for each in tries} for _ in range(count))
    return [dict(pairs) for pairs in dict.fromkeys(tuple(v.items()) for v in drawn)]
