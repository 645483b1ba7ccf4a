"""The progress bar: on a terminal alone, and nothing is left of it."""

from __future__ import annotations

import io
import re
import sys

import pytest

from templates.runtime.progress import progress


def terminal(monkeypatch: pytest.MonkeyPatch, isatty: bool = True) -> io.StringIO:
    """Stands for standard error."""
    file = io.StringIO()
    monkeypatch.setattr(file, "isatty", lambda: isatty)
    monkeypatch.setattr(sys, "stderr", file)
    return file


def test_a_bar_grows_and_is_wiped_away(monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch)
    assert list(progress(range(0, 50, 10), "epoch 1/2")) == [0, 10, 20, 30, 40]
    nothing, *bars, last = file.getvalue().split("\r")
    assert (nothing, last) == ("", "\033[K")
    assert [bar.count("=") for bar in bars] == [0, 8, 16, 24, 32]
    for bar in bars:
        assert re.fullmatch(r"epoch 1/2 \[=* *\] \d+ s left\033\[K", bar)


def test_many_steps_are_not_all_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch)
    assert sum(1 for _ in progress(range(12_345), "a")) == 12_345
    assert file.getvalue().count("left") == 100


@pytest.mark.parametrize(("title", "isatty"), [("", True), ("a", False)])
def test_silence(title: str, isatty: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch, isatty)
    assert list(progress(range(3), title)) == [0, 1, 2]
    assert file.getvalue() == ""


def test_what_ends_early_is_wiped_away_too(monkeypatch: pytest.MonkeyPatch) -> None:
    file = terminal(monkeypatch)
    for step in progress(range(9), "a"):
        if step == 1:
            break
    assert file.getvalue().endswith("left\033[K\r\033[K")
