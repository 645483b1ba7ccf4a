"""Formulas made at random: their gradients against central differences."""

from __future__ import annotations

import os

import numpy as np
import pytest

from nnspec.analyze.formulas.fault import Fault
from tests.formulas.made import Made
from tests.formulas.run import Array, Compiled

#: `make formulas` sets the number of all.
COUNT = int(os.environ.get("NNSPEC_FORMULAS", "200"))
BATCH = 3


def drawn(made: Made, seed: int) -> tuple[Compiled, Array, dict[str, Array]] | None:
    """A formula with an input and weights; None where its numbers are too large."""
    try:
        compiled = Compiled(made.text, made.shape)
    except Fault as fault:  # such as a quotient of constants that is none
        if fault.code != "arithmetic":
            raise AssertionError(f"{fault.message}\n{made.text}") from fault
        return None
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(BATCH, *made.shape))
    w = {name: rng.normal(size=shape) for name, shape in compiled.shapes.items()}
    with np.errstate(all="ignore"):
        y, _, _ = compiled.run(x, w)
    return (compiled, x, w) if np.abs(y).max() < 1e6 else None


def differs(compiled: Compiled, x: Array, w: dict[str, Array], seed: int) -> float:
    """How far the slope along a random direction is from that of the gradients."""
    rng = np.random.default_rng(seed + 1)
    y, _, _ = compiled.run(x, w)
    dy = rng.normal(size=y.shape)
    _, gradients, _ = compiled.run(x, w, dy)
    way = {name: rng.normal(size=g.shape) for name, g in gradients.items()}
    mine = sum(np.vdot(gradients[name], way[name]) for name in way)
    errors = []
    for h in (1e-4, 1e-5, 1e-6, 1e-7):
        ends = [
            np.vdot(
                compiled.run(
                    x + sign * h * way["x"],
                    {n: v + sign * h * way.get(n, 0.0) for n, v in w.items()},
                )[0],
                dy,
            )
            for sign in (1, -1)
        ]
        slope = (ends[0] - ends[1]) / (2 * h)
        size = sum(np.abs(g).sum() for g in gradients.values())
        errors.append(abs(slope - mine) / max(size, 1.0))
    return float(min(errors))


def test_gradients_of_random_formulas_are_those_of_central_differences() -> None:
    count = seed = 0
    while count < COUNT:
        seed += 1
        made = Made(seed)
        found = drawn(made, seed)
        if found is None:
            continue
        count += 1
        with np.errstate(all="ignore"):
            error = differs(*found, seed)
        assert error < 1e-5, f"seed {seed}: {error:.1e}\n{made.text}"
    assert seed < 3 * COUNT, "too few of the formulas are of use"


@pytest.mark.parametrize("seed", range(1, 60))
def test_lines_of_float32_stay_float32(seed: int) -> None:
    """What is assigned, and not written into an array, has the type of the batch."""
    made = Made(seed)
    found = drawn(made, seed)
    if found is None:
        return
    compiled, x, w = found
    small = {name: array.astype(np.float32) for name, array in w.items()}
    dy = np.ones((BATCH, *compiled.body.result.shape), np.float32)
    with np.errstate(all="ignore"):
        names = compiled.names_after(x.astype(np.float32), small, dy)
    arrays = {n: v for n, v in names.items() if isinstance(v, np.ndarray | np.generic)}
    wide = {n for n, v in arrays.items() if v.dtype not in (np.float32, np.bool_)}
    assert not wide, "\n".join((*compiled.forward, "--", *compiled.backward))
