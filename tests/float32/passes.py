"""One pass forward and back in either precision, and by how much they may differ.

How much that is follows from float64 alone. Whoever computes in float32 rounds what is
given, and what is computed on the way, by half a unit in the last place or so: EPS. So
what is given is changed by EPS at random, then the arrays between the forward pass and
the one back, and how far the results move tells what rounding may do to them. The
change of a result itself, by EPS, comes in addition. An operation may be ROUNDINGS
times as far off: it rounds some dozen times, where changes are made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from nnspec.table.training_entry import LossEntry
from tests.scripts import Array, Script, finish, load, script

EPS = float(np.finfo(np.float32).eps)
ROUNDINGS = 64
#: Numbers this small are 0 in float32, or have few digits.
TINY = 1e-37
#: So often is everything changed at random.
CHANGES = 2

Results = dict[str, Array]
Change = Callable[[Array], Array]


@cache
def both(text: str) -> tuple[Script, Script]:
    """A spec's script in float32, and in float64, as the spec says.

    The largest probability, where losses clip it, is that of float32 in both.
    """
    high = script(text)
    assert high.text.count("DTYPE = np.float64\n") == 1
    text = high.text.replace("DTYPE = np.float64\n", "DTYPE = np.float32\n")
    low = replace(high, text=text, module=load(text))
    if "1e-7" in text:
        text = high.text.replace("1.0 - 1e-7", str(1 - EPS))
        high = replace(high, text=text, module=load(text))
    return low, high


class Draws:
    """A generator that draws the same numbers in either precision."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def random(self, *, dtype: Any, out: Array) -> None:
        """Numbers from 0 to 1."""
        out[...] = self.rng.random(out.shape).astype(dtype)

    def standard_normal(self, *, dtype: Any, out: Array) -> None:
        """Normal numbers."""
        out[...] = self.rng.standard_normal(out.shape).astype(dtype)


@dataclass
class Given:
    """What a pass is given: the weights in a row, samples and labels."""

    parameters: Array
    x: Array
    y: Array

    def changed(self, change: Change) -> Given:
        """The same, but for rounding."""
        y = self.y if self.y.dtype.kind in "biu" else change(self.y)
        return Given(change(self.parameters), change(self.x), y)


def near(values: Array, rng: np.random.Generator, *, alike: bool = False) -> Array:
    """Numbers that are EPS above or below these; `alike`, where they are equal.

    Rounding may do either: it is no chance that adds up to nothing, nor the same for
    all samples of one value, which passes by many ways.
    """
    up = rng.random(values.shape) < 0.5
    if alike:
        mantissas, _ = np.frexp(values)
        up = np.sin(rng.uniform(1e4, 1e6) * mantissas) > 0
    return values * np.where(up, 1 + EPS, 1 - EPS)


def rounded(values: Array) -> Array:
    """Numbers that float32 has, in float64; labels that are whole numbers stay."""
    return values if values.dtype.kind in "biu" else values.astype("f4").astype(float)


def run(s: Script, given: Given, between: Change | None = None) -> Results:
    """A pass in the precision of a script: what it predicts, measures and derives.

    The arrays are changed by `between` after the pass forward, before the one back.
    """
    m, dtype = s.module, s.module.DTYPE
    x = given.x.astype(dtype)
    y = given.y if given.y.dtype.kind in "biu" else given.y.astype(dtype)
    w = m.views(given.parameters.astype(dtype))
    own = {k: Draws(v) for k, v in vars(m.seeded(1)).items()} if s.seeded else {}
    draws: Any = Draws(np.random.default_rng(0))
    a, da = s.arrays(w, x, draws, SimpleNamespace(**own))
    found = {"output": getattr(a, s.prediction).copy()}
    weight = s.weigh(y)
    for name, value in zip(m.METRICS, m.measure(a, y, *weight), strict=True):
        found[name] = np.asarray(value)
    if between is not None:
        for array in vars(a).values():
            if isinstance(array, np.ndarray) and array.dtype.kind == "f":
                array[...] = between(array)
    gradients = np.zeros(s.model.network.trainable_parameters, dtype)
    finish(m.backward(w, m.views(gradients), a, da, y, *weight))
    moving = [v.ravel() for k, v in vars(w).items() if "moving_" in k]
    averages = {"moving averages": np.concatenate(moving)} if moving else {}
    return found | averages | {"gradients": gradients}


def bounds(s: Script, given: Given, expected: Results) -> Results:
    """By how much each result of float32 may be off, where float64 has the expected.

    Derivatives are compared as one vector, and running averages as another: where terms
    cancel, a single one is rounded by the size of these.
    """
    moved = {name: np.zeros_like(value) for name, value in expected.items()}
    for seed in range(CHANGES):
        change = partial(near, rng=np.random.default_rng(seed), alike=seed == 0)
        runs = [run(s, given.changed(change)), run(s, given, change)]
        for name, value in expected.items():
            for other in runs:
                step = np.abs(other[name] - value)
                if np.isfinite(step).all():  # not where one looks for equal values
                    np.maximum(moved[name], step, out=moved[name])
    found = {}
    for name, value in expected.items():
        step, size = moved[name], np.abs(value)
        if name in ("gradients", "moving averages"):
            step, size = step.max(initial=0.0), size.max(initial=0.0)
        least = EPS**2 if name == "gradients" else TINY
        found[name] = ROUNDINGS * (EPS * size + step) + least
    return found


# -- What scripts are given ------------------------------------------------------------


def hostile(s: Script, n: int = 12) -> Iterator[tuple[str, Given]]:
    """Weights, samples of several scales, and labels that go with them."""
    m, rng = s.module, np.random.default_rng(0)
    parameters = np.zeros(m.PARAMETERS)
    m.initialize(m.views(parameters), rng)
    trained = parameters[: s.model.network.trainable_parameters]
    trained += rng.normal(0.0, 0.1, trained.shape)  # biases, too
    parameters = rounded(parameters)
    drawn = s.samples(rng, n)
    scales = {"usual": drawn}
    if not (s.model.sparse or s.model.ids):
        scales["large"] = 1000.0 * drawn
        scales["of a large mean"] = 1000.0 + drawn
        scales["constant"] = np.full(drawn.shape, 100.1)
    for name, x in scales.items():
        given = Given(parameters, rounded(x), rounded(s.labels(rng, n)))
        output = run(s, given)["output"]
        some = 4 if name in ("usual", "of a large mean") else n + 1
        wrong = np.arange(1, n + 1) % some == 0
        yield name, replace(given, y=rounded(right(s, given.y, output, wrong)))


def right(s: Script, y: Array, output: Array, wrong: Array) -> Array:
    """Labels that say what the network does, so that its loss is small; but for some.

    If all are right, a loss shows what is lost where the logits are large.
    """
    training = s.model.training
    assert training is not None
    assert isinstance(training.loss.entry, LossEntry)
    match training.loss.entry.target:
        case "index":
            found = output.argmax(axis=-1)
        case "distribution":
            found = np.eye(output.shape[-1])[output.argmax(axis=-1)]
        case "indicator":
            found = np.where(output > 0.5, 1.0, 0.0)
        case _:
            return y
    found = found.astype(y.dtype)
    found[wrong] = y[wrong]
    return found
