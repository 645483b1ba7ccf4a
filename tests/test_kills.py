"""A share of what `make kills` does."""

from __future__ import annotations

import pytest

from tests.kills import CONFIGURATIONS, prove


@pytest.mark.parametrize("number", range(len(CONFIGURATIONS)))
def test_a_killed_training_ends_with_the_same_bits(number: int) -> None:
    always = number % 4 != 0  # nearly all of the time goes into saving
    prove(CONFIGURATIONS[number], 2, always=always, seed=number)
