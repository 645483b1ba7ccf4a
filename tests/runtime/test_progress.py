"""The progress bar: on a terminal alone, within its width; nothing is left of it."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import time
from itertools import count

import pytest

from templates.runtime.progress import progress


def terminal(
    monkeypatch: pytest.MonkeyPatch,
    isatty: bool = True,
    columns: int = 80,
    seconds: float = 1.0,
) -> io.StringIO:
    """Stands for standard error, `columns` wide; each look at the clock is later."""
    file = io.StringIO()
    monkeypatch.setattr(file, "isatty", lambda: isatty)
    monkeypatch.setattr(sys, "stderr", file)
    size = os.terminal_size((columns, 24))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: size)
    clock = count()
    monkeypatch.setattr(time, "monotonic", lambda: seconds * next(clock))
    return file


def test_a_bar_grows_and_is_wiped_away(monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch)
    assert list(progress(range(0, 50, 10), "epoch 1/2")) == [0, 10, 20, 30, 40]
    nothing, *bars, last = file.getvalue().split("\r")
    assert (nothing, last) == ("", "\033[K")
    assert [bar.count("=") for bar in bars] == [10, 20, 30, 40]
    for i, bar in enumerate(bars, 1):
        assert re.fullmatch(rf"\[=* *\]  epoch 1/2  {i}/5  \d+ s left\033\[K", bar)
        assert len(bar) == 79 + len("\033[K")


@pytest.mark.parametrize("columns", [1, 10, 20, 40, 50, 65, 80, 100, 200])
def test_the_bar_fits_the_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = terminal(monkeypatch, columns=columns)
    means, measured = (
        {"loss": 0.1234, "accuracy": 0.9876},
        "loss 0.1234  accuracy 0.9876",
    )
    list(progress(range(1000), "epoch 10/12", lambda: means))
    frames = file.getvalue().removesuffix("\r\033[K").split("\r")[1:]
    assert len(frames) == 999
    assert {len(frame.removesuffix("\033[K")) < columns for frame in frames} == {True}
    assert all(measured in frame for frame in frames) == (columns >= 80)
    assert all("ms/step" in frame for frame in frames) == (columns >= 100)
    assert all("s left" in frame for frame in frames) == (columns >= 50)
    assert all("[" in frame.replace("\033[", "") for frame in frames) == (columns > 1)


def test_it_is_drawn_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch, seconds=0.001)
    assert sum(1 for _ in progress(range(12_345), "a")) == 12_345
    assert 110 < file.getvalue().count("left") < 125


@pytest.mark.parametrize(("title", "isatty"), [("", True), ("a", False)])
def test_silence(title: str, isatty: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch, isatty)
    assert list(progress(range(3), title)) == [0, 1, 2]
    assert file.getvalue() == ""


def test_without_a_stream_there_is_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert list(progress(range(3), "a")) == [0, 1, 2]


def test_what_ends_early_is_wiped_away_too(monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch)
    for step in progress(range(9), "a"):
        if step == 1:
            break
    assert file.getvalue().endswith("\r\033[K")
