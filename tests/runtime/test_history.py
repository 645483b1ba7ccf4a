"""What callbacks make of a history: by hand. Keras is beside them in tests/parity."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from templates.runtime.csv_logger import csv_logger
from templates.runtime.early_stopping import early_stopping
from templates.runtime.improves import improves
from templates.runtime.reduce_lr_on_plateau import reduce_lr_on_plateau

NAN = float("nan")


def last(results: Iterable[Any]) -> Any:
    """What comes of all values; each is taken from the history once."""
    *_, result = results
    return result


@pytest.mark.parametrize(
    ("values", "patience", "result"),
    [
        ([3.0], 0, (1, False)),  # the first epoch is never the last
        ([3.0, 2.0, 1.0], 0, (3, False)),
        ([3.0, 3.0], 0, (1, True)),
        ([3.0, 3.0], 1, (1, True)),
        ([3.0, 3.0], 2, (1, False)),
        ([3.0, 4.0, 5.0], 2, (1, True)),
        ([3.0, 4.0, 2.0, 4.0], 2, (3, False)),
        ([3.0, 4.0, 2.0, 4.0, 4.0], 2, (3, True)),
        ([NAN, 2.0, 1.0], 2, (1, True)),
        ([3.0, NAN, 2.0, NAN], 2, (3, False)),
    ],
)
def test_early_stopping(
    values: list[float], patience: int, result: tuple[int, bool]
) -> None:
    assert last(early_stopping(values, patience=patience)) == result


def test_a_change_of_min_delta_is_no_improvement() -> None:
    assert last(early_stopping([1.0, 0.5, 0.5], 0.5, 2)) == (1, True)
    assert last(early_stopping([1.0, 0.5, 0.5], 0.49, 2)) == (2, False)


def test_patience_begins_anew_only_below_the_baseline() -> None:
    falling = [3.0, 2.5, 2.0, 2.0]
    assert last(early_stopping(falling, patience=2, baseline=1.0)) == (3, True)
    assert last(early_stopping(falling, patience=2, baseline=2.2)) == (3, False)
    assert last(early_stopping(falling[:3], patience=2, baseline=1.0)) == (3, False)


def test_epochs_before_the_start_do_not_count() -> None:
    values = [1.0, 5.0, 6.0, 6.0]
    assert last(early_stopping(values, patience=1, start_from_epoch=2)) == (3, True)
    assert last(early_stopping(values[:2], patience=1, start_from_epoch=2)) == (
        0,
        False,
    )
    # Keras looks at the number of the epoch, not at how many were looked at.
    assert last(early_stopping([1.0, 5.0], patience=0, start_from_epoch=1)) == (
        2,
        False,
    )


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ([3.0, 2.0, 1.0], 1.0),
        ([3.0, 3.0], 1.0),
        ([3.0, 3.0, 3.0], 0.5),
        ([3.0, 3.0, 3.0, 3.0], 0.5),
        ([3.0, 3.0, 3.0, 3.0, 3.0], 0.25),
        ([3.0, 3.0, 2.0, 2.0], 1.0),
        ([3.0, 3.0 - 1e-5, 3.0 - 2e-5], 0.5),  # less than min_delta
        ([NAN, 2.0, 1.0], 0.5),
    ],
)
def test_reduce_lr_on_plateau(values: list[float], rate: float) -> None:
    assert last(reduce_lr_on_plateau(values, 1.0, factor=0.5, patience=2)) == rate


def rates(values: list[float], **settings: float) -> list[float]:
    """The learning rate after each epoch."""
    return [*reduce_lr_on_plateau(values, 1.0, **settings)]


def test_a_cooldown_is_not_counted() -> None:
    flat = [1.0] * 8
    assert rates(flat, factor=0.5, patience=1) == [0.5**n for n in range(8)]
    cooled = rates(flat, factor=0.5, patience=1, cooldown=2)
    assert cooled == [1.0, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625]


def test_the_rate_stays_above_the_lowest() -> None:
    assert rates([1.0] * 5, factor=0.1, patience=1, min_lr=0.02)[1:] == [
        0.1,
        0.02,
        0.02,
        0.02,
    ]


@pytest.mark.parametrize(
    ("values", "threshold", "improved"),
    [
        ([3.0], None, True),
        ([3.0, 3.0], None, False),
        ([3.0, 2.0], None, True),
        ([3.0, 2.0, 2.5], None, False),
        ([3.0], 2.0, False),
        ([3.0, 1.0], 2.0, True),
        ([3.0, 2.0], 2.0, False),
        ([NAN], None, True),
        ([NAN, 1.0], None, False),
        ([NAN, 1.0], 2.0, True),
    ],
)
def test_improves(values: list[float], threshold: float | None, improved: bool) -> None:
    assert last(improves(values, threshold)) is improved


def test_csv_logger(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]
    csv_logger(path, rows[:1], "w", ",")
    csv_logger(path, rows[1:], "a", ",")
    assert path.read_text() == "epoch,loss\n1,0.5\n2,0.25\n"
    csv_logger(path, [], "w", ",")
    assert path.read_text() == ""
    csv_logger(path, rows[:1], "a", ";")  # the names: nothing is there
    assert path.read_text() == "epoch;loss\n1;0.5\n"
