"""Every layer, activation, loss, metric and regularizer, at every scale."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.table import TABLE
from tests.cases import CALLBACKS, CASES, OPTIMIZERS
from tests.float32.passes import (
    EPS,
    TINY,
    Results,
    both,
    bounds,
    hostile,
    run,
)
from tests.scripts import Array, script

LOGARITHMS = ("log_softmax", "crossentropy", "cross_entropy")
#: Passes are the same with any optimizer, constraint or callback.
PASSES = {
    name: text
    for name, text in CASES.items()
    if name not in OPTIMIZERS
    and not name.endswith(", some weights frozen")
    and "_constraint=" not in text
    and not any(line in text for lines in CALLBACKS for line in lines)
}


def test_the_precision_is_one_line() -> None:
    """So a script of one precision is made one of the other by that."""
    text = PASSES["categorical_crossentropy of dense(4, softmax)"]
    other = script(text.replace("precision = float64", "precision = float32"))
    low, _ = both(text)
    for one, two in zip(low.text.splitlines(), other.text.splitlines(), strict=True):
        of_the_spec = one.startswith(
            (
                "Compiled by ",
                "ORIGIN = ",
                '    "loss": "',
                "        return compare_runs(",
            )
        )
        assert one == two or of_the_spec or one.startswith("# nnspec sha256:")


@pytest.mark.share(17)
@pytest.mark.parametrize("name", PASSES)
@np.errstate(all="ignore")
def test_float32_is_as_right_as_it_can_be(name: str) -> None:
    low, high = both(PASSES[name])
    for scale, given in hostile(high):
        if "exponential" in name and scale != "usual":
            continue  # it is beyond all numbers of float32 from 89 on
        if "tanh_shrink" in name and (scale != "usual" or "around" in name):
            continue  # x - tanh(x) is rounded at the size of x, not at that of x**3
        expected, found = run(high, given), run(low, given)
        allowed = bounds(high, given, expected)
        if any(word in name for word in LOGARITHMS):
            # The logarithm of a sum that begins with 1 is rounded at that size; so is
            # what a power of a probability near 1 leaves of 1.
            samples = expected["output"][..., 0].size if "sum" in name else 1
            for result in allowed.keys() & {"output", "loss", *TABLE["loss"]}:
                allowed[result] = allowed[result] + 8 * EPS * samples
        for result in compared(scale, expected):
            error = np.abs(found[result] - expected[result])
            worst = np.max(np.nan_to_num(error / allowed[result], nan=np.inf))
            assert worst <= 1.0, (
                f"{result}, samples {scale}: {worst:.3g}; "
                f"{found[result]} instead of {expected[result]}"
            )


def compared(scale: str, expected: Results) -> list[str]:
    """The results that rounding leaves about as they are.

    Not so accuracies, where outputs are equal in float32; and no share of what is 0.
    """
    if vanishes(expected["output"]):
        return ["output"]
    counts = () if scale == "usual" else ("acc", "top_k")
    return [name for name in expected if not any(c in name for c in counts)]


def vanishes(output: Array) -> bool:
    """Whether all outputs of a sample are 0 in float32."""
    return bool((np.abs(output).max(axis=-1) < TINY).any())
