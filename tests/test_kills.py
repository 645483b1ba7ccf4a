"""A share of what `make kills` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.runtime.cut_log import cut_log
from tests.kills import CONFIGURATIONS, prove


@pytest.mark.share(11)
@pytest.mark.parametrize("number", range(len(CONFIGURATIONS)))
def test_a_killed_training_ends_with_the_same_bits(number: int) -> None:
    always = number % 4 != 0  # nearly all of the time goes into saving
    prove(CONFIGURATIONS[number], 2, always=always, seed=number)


LOGS = [
    ("epoch,1,2,3", 2, "epoch,1,2"),
    ("epoch,1,2,3,4,5", 2, "epoch,1,2"),
    ("epoch,1,2", 2, "epoch,1,2"),
    ("epoch,1,2", 0, "epoch"),
    ("epoch", 0, "epoch"),
    # An earlier training went on for longer.
    ("epoch,1,2,3,4,1,2", 2, "epoch,1,2,3,4,1,2"),
    ("epoch,1,2,3,4,1,2,3", 2, "epoch,1,2,3,4,1,2"),
    ("epoch,1,2,3,4,1", 0, "epoch,1,2,3,4"),
]


@pytest.mark.parametrize(("before", "epochs", "after"), LOGS)
def test_a_log_has_each_epoch_once(
    before: str, epochs: int, after: str, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    cut_log(path, epochs, ";")
    assert not path.exists()
    path.write_text("".join(f"{begin};0.5\n" for begin in before.split(",")))
    cut_log(path, epochs, ";")
    left = [line.split(";")[0] for line in path.read_text().splitlines()]
    assert ",".join(left) == after
