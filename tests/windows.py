"""Layers by themselves, for the tests of those that go by windows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from tests.scripts import Array, Script, script, spec

#: Sizes, windows and strides: even and odd ones, windows as large as their input, side
#: by side, with gaps between them and over each other.
SIZES = {1: ((5,), (8,)), 2: ((5, 7), (6, 4)), 3: ((3, 4, 5),)}
WINDOWS = {1: (1, 2, 3, 5), 2: (2, 3, (1, 4), (5, 2)), 3: (1, 2, (1, 3, 2))}
STRIDES = {1: (None, 1, 2, 3), 2: (None, 1, 2, (3, 1)), 3: (None, 1, (2, 1, 3))}
PADDINGS = ("valid", "same")


@dataclass(frozen=True)
class Alone:
    """A layer that follows a product with the identity; so it can be given anything."""

    script: Script
    layer: str
    shape: tuple[int, ...]

    def run(self, x: Array, g: Array | None = None) -> tuple[Array, Array, Array]:
        """Its output for x, the derivative g by that (default: random), and by x."""
        s = self.script
        w, dw = (s.module.views(np.zeros(s.module.PARAMETERS)) for _ in range(2))
        w.dense_kernel[...] = np.eye(self.shape[-1])
        a, da = s.batch(x)
        for _ in range(2):  # the second time over what the first one has left
            s.module.forward(w, a)
            assert np.array_equal(a.dense, x)
            y = getattr(a, s.prediction).copy()
            g = np.random.default_rng(3).normal(size=y.shape) if g is None else g
            s.module.backward(w, dw, a, da, y - g * y.size / 2)  # of a mean of squares
        assert y.shape == (len(x), *s.model.output_shape)
        return y, g, da.dense


def alone(layer: str, shape: tuple[int, ...]) -> Alone:
    """A layer for samples of a shape."""
    sizes = ", ".join(map(str, shape))
    first = f"dense({shape[-1]}, use_bias=false)"
    return Alone(script(spec([first, layer], shape=sizes)), layer, shape)


def samples(shape: tuple[int, ...]) -> Array:
    """Random samples, one of few integers below 0, and some that are the same all over.

    So many are the largest, and zeros around them would show.
    """
    rng = np.random.default_rng(7)
    some = [rng.normal(size=shape), rng.integers(-3, 0, size=shape).astype(float)]
    return np.stack([*some, np.full(shape, -1.5), np.zeros(shape)])


def written(size: object) -> str:
    """A size as a spec writes it."""
    return "none" if size is None else str(size)


def grid(kind: str, rank: int, padding: str) -> list[Alone]:
    """A pooling over windows, for all sizes that they can have."""
    found = []
    for n, k, s in product(SIZES[rank], WINDOWS[rank], STRIDES[rank]):
        spans = (k,) * rank if isinstance(k, int) else k
        if padding == "valid" and any(np.array(spans) > n):
            continue
        size, strides = written(k), written(s)
        layer = f"{kind}_pooling{rank}d({size}, {strides}, {padding})"
        found.append(alone(layer, (*n, 2)))
    return found


KINDS = tuple(product(("max", "average"), (1, 2, 3), PADDINGS))
