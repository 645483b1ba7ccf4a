"""Formulas made at random: each is of a shape, and defined everywhere."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from random import Random

from nnspec.formulas.expression import Shape

_ON_EACH = ("exp", "sin", "cos", "erf", "tanh", "sigmoid", "softplus", "abs", "sign")
_ACTIVATIONS = (
    *("relu", "elu", "selu", "celu", "gelu", "silu", "mish", "softsign", "hard_silu"),
    *("leaky_relu", "relu6", "hard_tanh", "hard_sigmoid", "log_sigmoid", "squareplus"),
    *("softmax", "log_softmax", "exponential"),
)
_SHAPES: tuple[Shape, ...] = ((), (1,), (3,), (4,), (2, 3), (3, 4), (1, 4), (2, 3, 4))


class Made:
    """A formula of x, as a `layer` whose weights are made as they are needed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.shape: Shape = self._random.choice([s for s in _SHAPES if s])
        self.weights: dict[str, Shape] = {}
        self.lines: list[str] = []
        self.named: dict[str, Shape] = {"x": self.shape}
        for number in range(self._random.randint(0, 2)):
            shape = self._random.choice(_SHAPES)
            text, name = self.of(shape, 2), f"v{number}"
            self.lines.append(f"{name} = {text}")
            self.named[name] = shape
        self.result = self.of(self._random.choice(_SHAPES), self._random.randint(2, 4))

    @property
    def text(self) -> str:
        """The definition."""
        weights = [f"{n} = weight({_tuple(s)})" for n, s in self.weights.items()]
        inner = "\n  ".join([*weights, *self.lines, self.result])
        return f"layer f(x) {{\n  {inner}\n}}\n"

    def of(self, shape: Shape, depth: int) -> str:
        """An expression of a shape."""
        ways: list[Callable[[Shape, int], str]] = [self._leaf]
        if depth:
            ways += [self._on_each, self._two, self._two, self._choice, self._reduced]
            if shape:
                ways += [self._moved, self._along, self._joined, self._part]
                ways += [self._product] * 2
        return self._random.choice(ways)(shape, depth - 1)

    def _leaf(self, shape: Shape, _: int) -> str:
        fitting = [name for name, has in self.named.items() if has == shape]
        if fitting and self._random.random() < 0.8:
            return self._random.choice(fitting)
        if shape in ((), (1,)) and self._random.random() < 0.5:
            number = f"{self._random.uniform(-2, 2):.2f}"
            return (
                f"({number})"
                if not shape
                else f"reshape({number} * {self._any(())}, 1)"
            )
        return self._any(shape)

    def _any(self, shape: Shape) -> str:
        known = [name for name, has in self.weights.items() if has == shape]
        if known and self._random.random() < 0.5:
            return self._random.choice(known)
        name = f"w{len(self.weights)}"
        self.weights[name] = shape
        return name

    def _on_each(self, shape: Shape, depth: int) -> str:
        inner = self.of(shape, depth)
        match self._random.randrange(5):
            case 0:
                return f"log(abs({inner}) + 0.1)"
            case 1:
                return f"sqrt(({inner}) ** 2 + 0.1)"
            case 2 if shape:
                return f"{self._random.choice(_ACTIVATIONS)}({inner})"
            case 3:
                return f"-({inner})"
        return f"{self._random.choice(_ON_EACH)}({inner})"

    def _two(self, shape: Shape, depth: int) -> str:
        other = self._smaller(shape)
        a, b = self.of(shape, depth), self.of(other, depth)
        if self._random.random() < 0.5:
            a, b = b, a
        match self._random.randrange(8):
            case 0:
                return f"({a}) / (abs({b}) + 0.5)"
            case 1:
                return f"max({a}, {b})"
            case 2:
                return f"min({a}, {b})"
            case 3:
                return f"(abs({a}) + 0.1) ** ({b})"
        return f"({a}) {self._random.choice('+-*')} ({b})"

    def _smaller(self, shape: Shape) -> Shape:
        """A shape that is broadcast to this one."""
        cut = shape[self._random.randint(0, len(shape)) :]
        return tuple(1 if self._random.random() < 0.2 else size for size in cut)

    def _choice(self, shape: Shape, depth: int) -> str:
        sign = self._random.choice(["<", "<=", ">", ">="])
        a, b = self.of(shape, depth), self.of(self._smaller(shape), depth)
        test = f"{self._leaf(self._smaller(shape), 0)} {sign} {self._leaf((), 0)}"
        return f"where({test}, {a}, {b})"

    def _reduced(self, shape: Shape, depth: int) -> str:
        operator = self._random.choice(["sum", "mean", "max", "min"])
        size, axis = self._random.choice([2, 3]), self._random.randint(0, len(shape))
        if len(shape) > 2:
            return self._on_each(shape, depth)
        inner = self.of((*shape[:axis], size, *shape[axis:]), depth)
        if shape[axis : axis + 1] == (1,) and self._random.random() < 0.8:
            inner = self.of((*shape[:axis], size, *shape[axis + 1 :]), depth)
            return f"{operator}({inner}, axis={axis}, keepdims=true)"
        return f"{operator}({inner}, axis={axis})"

    def _moved(self, shape: Shape, depth: int) -> str:
        axes = [*range(len(shape))]
        self._random.shuffle(axes)
        before = tuple(shape[axes.index(axis)] for axis in range(len(shape)))
        if self._random.random() < 0.5:
            return f"transpose({self.of(before, depth)}, {', '.join(map(str, axes))})"
        sizes = ", ".join(map(str, shape))
        other = self._random.choice([(prod(shape),), shape[::-1], (*shape, 1)])
        return f"reshape({self.of(other, depth)}, {sizes})"

    def _along(self, shape: Shape, depth: int) -> str:
        name = self._random.choice(["softmax", "log_softmax"])
        axis = self._random.randint(-len(shape), len(shape) - 1)
        return f"{name}({self.of(shape, depth)}, axis={axis})"

    def _joined(self, shape: Shape, depth: int) -> str:
        axis = self._random.randrange(len(shape))
        if shape[axis] < 2:
            return self._along(shape, depth)
        cut = self._random.randint(1, shape[axis] - 1)
        first, second = (
            (*shape[:axis], size, *shape[axis + 1 :])
            for size in (cut, shape[axis] - cut)
        )
        a, b = self.of(first, depth), self.of(second, depth)
        return f"concatenate({a}, {b}, axis={axis})"

    def _part(self, shape: Shape, depth: int) -> str:
        axis, more = self._random.randrange(len(shape)), self._random.randint(0, 2)
        start = self._random.randint(0, more)
        size = shape[axis]
        whole = (*shape[:axis], size + more, *shape[axis + 1 :])
        inner = self.of(whole, depth)
        return f"slice({inner}, {start}, {start + size}, axis={axis})"

    def _product(self, shape: Shape, depth: int) -> str:
        inner = self._random.choice([1, 2, 3])
        match self._random.randrange(3):
            case 0 if len(shape) == 1:
                a, b = (*shape, inner), (inner,)
            case 1 if len(shape) > 1:
                a, b = (*shape[:-1], inner), (*shape[:-2], inner, shape[-1])
            case _:
                a, b = (*shape[:-1], inner), (inner, shape[-1])
        return f"({self.of(a, depth)}) @ ({self.of(b, depth)})"


def _tuple(shape: Shape) -> str:
    return str(shape)
