"""A formula's own lines, run on arrays."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from nnspec.analyze.formulas.body import Body, computed
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.formulas.expression import Expression, Shape, value
from nnspec.source import Source
from nnspec.syntax import nodes
from nnspec.syntax.parser import parse
from nnspec.targets.numpy.formulas.layer import Arrays, ahead, back, graph
from nnspec.targets.numpy.formulas.lines import word_of
from nnspec.targets.quote import Code
from nnspec.values import Scope
from templates.runtime.erf import erf
from templates.runtime.log_softmax import log_softmax
from templates.runtime.log_sum_exp import log_sum_exp
from templates.runtime.sigmoid import sigmoid
from templates.runtime.softmax import softmax

Array = np.ndarray
HELPERS = {
    "math": math,
    "np": np,
    "erf": erf,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "log_sum_exp": log_sum_exp,
}


def body_of(text: str, **names: object) -> Body:
    """What a formula computes of values and settings; raises `Fault`."""
    diagnostics = Diagnostics()
    (formula,) = parse(Source("spec.nn", text), diagnostics).statements
    assert not diagnostics.found, diagnostics.found
    binder = Binder(Scope({}, diagnostics), diagnostics)
    return computed(cast(nodes.Formula, formula), names, binder)


class Compiled:
    """A formula of x and its weights as the lines of NumPy that scripts have."""

    def __init__(self, text: str, shape: Shape, **settings: object) -> None:
        self.x = value("x", shape)
        self.text = text
        self.body = body_of(text, x=self.x, **settings)
        self.shapes = {w.name: w.shape for w in self.body.weights}
        leaves = {w.name: self._leaf(w.name) for w in self.body.weights}
        trained = [leaves[w.name] for w in self.body.weights if w.trainable]
        on_each = text.startswith("activation")
        self.graph = graph(
            self.body.result,
            (self.x,),
            (*trained, self.x),
            self.body.lines,
            on_each=on_each,
        )
        known = {self.x: Code("a.x")}
        known |= {leaf: Code(f"w.{name}") for name, leaf in leaves.items()}
        known |= {leaf: Code(f"a.{leaf.name}") for leaf in self.body.drawn}
        kept = {
            node: Code(f"a.kept_{word_of(node, self.graph.words)}_{number}")
            for number, node in enumerate(self.graph.kept)
        }
        arrays = Arrays(
            known, kept, Code("a.y"), Code("da.y"), Code("a.x"), unheld=kept
        )
        into = {leaf: Code(f"dw.{leaf.name}") for leaf in trained}
        self.forward = ahead(self.graph, arrays).lines
        self.backward = back(self.graph, arrays, {**into, self.x: Code("da.x")}).lines
        self._trained = [leaf.name for leaf in trained]

    def _leaf(self, name: str) -> Expression:
        leaf = self.body.lines[name]
        return leaf.operands[1] if leaf.operator == "moving" else leaf

    def run(
        self, x: Array, w: dict[str, Array], dy: Array | None = None, rng: Any = None
    ) -> tuple[Array, dict[str, Array], dict[str, Array]]:
        """The result, and, with dy, the gradients, and the weights afterwards."""
        spaces = self._spaces(x, w, dy, rng)
        a, da, dw = spaces["a"], spaces["da"], spaces["dw"]
        exec("\n".join(self.forward), spaces)
        if dy is None:
            return a.y, {}, vars(spaces["w"])
        before = a.y.copy()
        exec("\n".join(self.backward), spaces)
        return before, {"x": da.x, **vars(dw)}, vars(spaces["w"])

    def names_after(
        self, x: Array, w: dict[str, Array], dy: Array
    ) -> dict[str, object]:
        """All that the lines have assigned."""
        spaces = self._spaces(x, w, dy, None)
        exec("\n".join((*self.forward, *self.backward)), spaces)
        named = {name: v for name, v in spaces.items() if name not in HELPERS}
        return {**named, **vars(spaces["a"])}

    def _spaces(
        self, x: Array, w: dict[str, Array], dy: Array | None, rng: Any
    ) -> dict[str, Any]:
        a, da, dw = SimpleNamespace(), SimpleNamespace(), SimpleNamespace()
        weights = SimpleNamespace(**{name: array.copy() for name, array in w.items()})
        a.x = x.copy()
        result = self.body.result
        size = (len(x), *result.shape)
        a.y, da.y = np.full(size, np.nan, x.dtype), dy
        da.x = np.full_like(x, np.nan)
        for leaf in self.body.drawn:
            setattr(a, leaf.name, np.full((len(x), *leaf.shape), np.nan, x.dtype))
        for name in self._trained:
            setattr(dw, name, np.full_like(w[name], np.nan))
        return {**HELPERS, "a": a, "da": da, "w": weights, "dw": dw, "rng": rng}
