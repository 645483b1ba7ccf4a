"""What values expressions can have, and what is told of logs and roots."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from nnspec.formulas.bounds import faults, intervals
from tests.formulas.made import Made
from tests.formulas.run import Compiled, body_of
from tests.formulas.test_random import drawn


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("x", -inf, inf),
        ("x ** 2", 0, inf),
        ("x ** 2 + 1", 1, inf),
        ("-abs(x) - 2", -inf, -2),
        ("tanh(x) * 3", -3, 3),
        ("sigmoid(x)", 0, 1),
        ("exp(tanh(x))", np.exp(-1), np.exp(1)),
        ("1 / (2 + sin(x))", 1 / 3, 1),
        ("relu(x)", 0, inf),
        ("min(max(x, -1), 1)", -1, 1),
        ("where(x > 0, 2, sign(x))", -1, 2),
        ("sqrt(x ** 2 + 4)", 2, inf),
        ("mean(abs(x))", 0, inf),
        ("range(4) - 1", -1, 2),
    ],
)
def test_intervals(text: str, low: float, high: float) -> None:
    root = Compiled(f"layer f(x) = {text}", (3,)).body.result
    assert intervals(root)[root] == pytest.approx((low, high))


@pytest.mark.parametrize("seed", range(150))
def test_no_value_is_outside_of_its_interval(seed: int) -> None:
    made = Made(seed)
    found = drawn(made, seed)
    if found is None:
        return
    compiled, x, w = found
    low, high = intervals(compiled.body.result)[compiled.body.result]
    with np.errstate(all="ignore"):
        y, _, _ = compiled.run(x, w)
    slack = 1e-9 * (1 + np.abs(y).max())
    assert low - slack <= y.min(), made.text
    assert y.max() <= high + slack, made.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("log(-abs(x) - 1)", "log of what is never above 0"),
        ("log(tanh(x))", "log of what can be negative"),
        ("log(relu(x))", "log of what can be 0"),
        ("log(1 - sigmoid(x) + 0.1)", None),
        ("log(x)", None),
        ("log(relu(x) + 1e-7)", None),
        ("sqrt(sum(x ** 2))", "sqrt of what can be 0"),
        ("sqrt(sum(x ** 2) + 1e-7)", None),
        ("sqrt(sin(x))", "sqrt of what can be negative"),
        ("sqrt(-exp(x) - 1)", "sqrt of what is never above 0"),
        ("sqrt(x)", None),
        ("log(1 + tanh(x))", "log of what can be 0"),
    ],
)
def test_what_is_told_of_logs_and_roots(text: str, told: str | None) -> None:
    root = Compiled(f"layer f(x) = {text}", (3,)).body.result
    found = [message for _, message, _ in faults(root)]
    assert [message.partition(",")[0] for message in found] == [told] * bool(told)


def test_body_of_a_constant() -> None:
    assert body_of("activation one(x) = 2 ** 3", x=1).result.number == 8
