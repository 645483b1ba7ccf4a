"""Colors, and the width of a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from nnspec.cli import main
from tests.cli.harness import SPEC, WRONG, Capture, write


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
def test_color_on_a_terminal(
    variables: dict[str, str], colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("net.nn", WRONG)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for stream, arguments in (("stdout", "check net.nn"), ("stderr", "compile net.nn")):
        terminal = Terminal()
        monkeypatch.setattr(sys, stream, terminal)
        assert main(arguments.split()) == 1
        assert ("\x1b[" in terminal.getvalue()) is colored
        assert ("\x1b[1;31m^^^^\x1b[0m" in terminal.getvalue()) is colored


@pytest.mark.parametrize(
    ("variable", "colored"), [("", False), ("0", False), ("1", True), ("3", True)]
)
def test_color_elsewhere(
    variable: str, colored: bool, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("net.nn", WRONG)
    monkeypatch.setenv("FORCE_COLOR", variable)
    main(["check", "net.nn"])
    main(["complie"])
    captured = capsys.readouterr()
    assert ("\x1b[" in captured.out) is colored
    assert ("\x1b[1;31merror\x1b[0m: there is" in captured.err) is colored


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("when", "colored"), [("always", True), ("never", False)])
def test_the_option_wins(
    before: bool,
    when: str,
    colored: bool,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("net.nn", WRONG)
    monkeypatch.setenv("NO_COLOR" if colored else "FORCE_COLOR", "1")
    option, command = ["--color", when], ["check", "net.nn"]
    assert main(option + command if before else command + option) == 1
    assert ("\x1b[" in capsys.readouterr().out) is colored
    assert main(command) == 1  # the next command is another choice
    assert ("\x1b[" in capsys.readouterr().out) is not colored


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_as_wide_as_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write("net.nn", SPEC)
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ("layers", "layers dense", "summary net.nn", "init --list"):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        assert main(command.split()) == 0
        widest = max(map(len, terminal.getvalue().splitlines()))
        assert widest <= columns, command
        if command == "layers":
            assert widest > columns - 5
