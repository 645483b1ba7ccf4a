"""Random networks that are graphs: skips, blocks, shared groups, broadcasting."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from nnspec.table.entry import Misfit, Shape
from nnspec.table.merges import MERGES

DEFINITIONS = """
block residual(units, act=relu) {
  dense(units, act)
  dense(units) as end
  add(input)
}
block gated(units, act=sigmoid) {
  dense(units, tanh) as left
  dense(units, act) from input
  multiply(left)
}
block stage(units, depth=2) {
  gated(units, act=hard_sigmoid) as start
  repeat depth {
    linear as skip
    residual(units, elu)
    average(skip)
  }
  residual(units) as last
  concatenate(start) from last
}
shared tower {
  dense(4, tanh)
  residual(4)
  dense(3)
}
"""
_MERGES = {entry.name: entry for entry in MERGES}
_SHAPES = ((4,), (3,), (1,), (5, 4), (6, 6, 2), (6, 1, 3), (1, 1, 2))


@dataclass
class Graph:
    """The statements of a network so far, and the values that there are."""

    draw: random.Random
    lines: list[str] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    unused: set[str] = field(default_factory=set)
    towers: Shape | None = None

    def add(self, statement: str, taken: tuple[str, ...], shape: Shape) -> None:
        """A statement that takes values, and what its own is."""
        name = f"v{len(self.shapes)}"
        source = f" from {', '.join(taken)}" if taken else ""
        self.lines.append(f"  {statement} as {name}{source}")
        self.unused -= set(taken)
        self.unused.add(name)
        self.shapes[name] = shape

    def pick(self) -> str:
        """A value, more often one that nothing takes yet."""
        some = self.unused if self.draw.random() < 0.7 else self.shapes
        return self.draw.choice(sorted(some))

    def grow(self) -> None:
        """One more statement."""
        if self.draw.random() < 0.45:
            self.merge()
        else:
            self.layer()

    def layer(self) -> None:
        """A layer, a block or a shared group of one value."""
        name = self.pick()
        shape, units = self.shapes[name], self.draw.choice((1, 2, 3, 4))
        last = shape[-1]
        ways: list[tuple[str, Shape]] = [
            (f"dense({units}, relu)", (*shape[:-1], units)),
            (f"residual({last})", shape),
            (f"gated({units})", (*shape[:-1], units)),
            (f"stage({last}, depth=1, trainable=false)", (*shape[:-1], 2 * last)),
            ("batch_normalization", shape),
            ("prelu", shape),
            ("softplus", shape),
        ]
        if len(shape) == 3:
            ways += [
                (f"conv2d({units}, 3, padding=same)", (*shape[:-1], units)),
                ("depthwise_conv2d(2, padding=same, use_bias=false)", shape),
                ("global_average_pooling2d", (last,)),
                ("flatten", (shape[0] * shape[1] * last,)),
            ]
        if self.towers in (None, shape):
            ways += [("tower", (*shape[:-1], 3))] * 3
        statement, output = self.draw.choice(ways)
        if statement == "tower":
            self.towers = shape
        self.add(statement, (name,), output)

    def merge(self) -> None:
        """A merge of values that go together, if there are some."""
        kind = self.draw.choice(sorted(_MERGES))
        entry = _MERGES[kind]
        for _ in range(20):
            count = 2 if entry.takes[1] == 2 else self.draw.choice((2, 2, 3))
            taken = tuple(self.pick() for _ in range(count))
            shapes = tuple(self.shapes[name] for name in taken)
            more = {"axis": -1, "axes": -1, "normalize": False}
            written = {"concatenate": "(axis=-1)", "dot": "(axes=-1)"}.get(kind, "")
            try:
                shape = entry.shape(shapes, more)
            except Misfit:
                continue
            if len(shape) < 4 and max(shape) < 200:
                self.add(kind + written, taken, shape)
                return


def random_graph(seed: int) -> str:
    """The text of a spec of a random graph; all that nothing takes are outputs."""
    graph = Graph(random.Random(seed))
    for _ in range(graph.draw.choice((1, 1, 2, 3))):
        shape = graph.draw.choice(_SHAPES)
        graph.add(f"input({', '.join(map(str, shape))})", (), shape)
    for _ in range(graph.draw.randint(2, 14)):
        graph.grow()
    inputs = {f"v{n}" for n, line in enumerate(graph.lines) if line[2:7] == "input"}
    for name in sorted(graph.unused & inputs):
        graph.add("dense(2)", (name,), (2,))
    lines = [*graph.lines, f"  output({', '.join(sorted(graph.unused))})"]
    used = "\n".join(lines)
    kept = [d for d in DEFINITIONS.split("\n}\n") if d.strip()]
    text = "\n}\n".join([*kept, ""])
    return f"{text}network {{\n{used}\n}}\n"
