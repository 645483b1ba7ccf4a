"""Networks that are graphs, made up at random: the lines of their specs.

Each value has a label, so that any later layer can take it. Those that nobody has taken
at the end go into the output.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import prod

Shape = tuple[int, ...]

#: Layers that leave the shape as it is. None has a kink, but for the maxima of merges.
_SAME = (
    "tanh",
    "softplus",
    "gelu",
    "activation(sigmoid)",
    "batch_normalization",
    "layer_normalization",
    "activity_regularization(l2=0.01)",
    "rescaling(0.5, offset=0.1)",
    "dropout(0.3)",
    "gaussian_noise(0.1)",
)
_MERGES = ("add", "subtract", "multiply", "average", "maximum", "minimum")


@dataclass
class Graph:
    """The lines so far, and the values by label, each with its shape."""

    r: random.Random
    lines: list[str] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def add(self, text: str, shape: Shape, *inputs: str) -> str:
        """A layer, which takes these values."""
        label = f"v{len(self.shapes)}"
        of = f" from {', '.join(inputs)}" if inputs else ""
        self.lines.append(f"{text} as {label}{of}")
        self.shapes[label] = shape
        self.taken.update(inputs)
        return label

    def value(self, fits: Callable[[Shape], bool] = lambda _: True) -> str | None:
        """Any value whose shape fits, rather one of the last."""
        known = [label for label, shape in self.shapes.items() if fits(shape)]
        few = known[-4:] if self.r.random() < 0.7 else known
        return self.r.choice(few) if few else None

    # -- steps -------------------------------------------------------------------------

    def single(self) -> None:
        """A layer of one input."""
        x = self.value()
        assert x is not None
        shape, kind = self.shapes[x], self.r.randrange(5)
        if kind < 2:
            units = self.r.choice((2, 3, 4))
            act = self.r.choice(("", ", tanh", ", softmax", ", kernel_regularizer=l2"))
            self.add(f"dense({units}{act})", (*shape[:-1], units), x)
        elif kind == 2 and len(shape) == 2:
            self.add("flatten", (prod(shape),), x)
        elif kind == 2:
            self.add(f"reshape({shape[0]}, 1)", (*shape, 1), x)
        else:
            self.add(self.r.choice(_SAME), shape, x)

    def merge(self) -> None:
        """A merge of two or three values, which may be broadcast."""
        x = self.value()
        assert x is not None
        names = [x]
        name = self.r.choice(_MERGES)
        for _ in range(1 if name == "subtract" else self.r.choice((1, 1, 2))):
            other = self.value(partial(_fits, self.whole(names)))
            assert other is not None
            names.append(other)
        if name == "multiply" and self.grows:
            name = "average"
        self.add(name, self.whole(names), *names)

    @property
    def grows(self) -> bool:
        """Whether there is a product; of those of products, differences lose digits."""
        text = " ".join(self.lines)
        return "dot" in text or "multiply" in text

    def whole(self, names: list[str]) -> Shape:
        """The shape that values are broadcast to."""
        rank = max(len(self.shapes[name]) for name in names)
        filled = [(1,) * (rank - len(s)) + s for s in map(self.shapes.get, names) if s]
        return tuple(map(max, zip(*filled, strict=True)))

    def join(self) -> None:
        """Two values side by side."""
        x = self.value()
        assert x is not None
        shape = self.shapes[x]
        other = self.value(lambda s: s[:-1] == shape[:-1])
        assert other is not None
        size = shape[-1] + self.shapes[other][-1]
        if size <= 16:
            self.add("concatenate", (*shape[:-1], size), x, other)

    def product(self) -> None:
        """The sums of products over the last axes of two values."""
        x = self.value()
        assert x is not None
        size = self.shapes[x][-1]
        other = self.value(lambda s: s[-1] == size)
        assert other is not None
        one, two = self.shapes[x], self.shapes[other]
        shape = (*one[:-1], *two[:-1]) or (1,)
        axes = f"[{len(one)}, {len(two)}]"
        distinct = {"subtract", "multiply"}.isdisjoint(" ".join(self.lines).split())
        distinct = distinct and x != other  # else all cosines are 1
        more = ", normalize=true" * (distinct and self.r.random() < 0.5)
        if prod(shape) <= 16 and len(shape) < 3 and not self.grows:
            self.add(f"dot(axes={axes}{more})", shape, x, other)

    def end(self) -> None:
        """All that nobody has taken, and the output."""
        left = [label for label in self.shapes if label not in self.taken]
        flat = [
            self.add("flatten", (prod(self.shapes[x]),), x)
            if len(self.shapes[x]) > 1
            else x
            for x in left
        ]
        if len(flat) > 1:
            size = sum(self.shapes[x][0] for x in flat)
            flat = [self.add("concatenate", (size,), *flat)]
        self.add(self.r.choice(("dense(3, softmax)", "dense(3)")), (3,), *flat)


def _fits(whole: Shape, shape: Shape) -> bool:
    pairs = zip(reversed(shape), reversed(whole), strict=False)
    return all(1 in (a, b) or a == b for a, b in pairs)


def random_graph(seed: int) -> str:
    """The spec of a network of some ten layers."""
    r = random.Random(seed)
    graph = Graph(r)
    shape = r.choice(((3,), (4,), (2, 3), (3, 1)))
    graph.lines.append(f"input({', '.join(map(str, shape))}) as v0")
    graph.shapes["v0"] = shape
    graph.add("dense(3)", (*shape[:-1], 3), "v0")
    for _ in range(r.randint(3, 12)):
        steps = (graph.single, graph.single, graph.merge, graph.merge)
        r.choice((*steps, graph.join, graph.product))()
    graph.end()
    body = "\n".join(f"  {line}" for line in graph.lines)
    loss = "categorical_crossentropy" if "softmax" in graph.lines[-1] else "mse"
    training = f"  loss = {loss}\n  precision = float64\n"
    return f"network {{\n{body}\n}}\n\ntraining {{\n{training}}}\n"
