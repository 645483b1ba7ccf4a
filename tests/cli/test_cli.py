"""The command line as a whole: usage, exit codes, streams."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nnspec import __version__, compiler
from nnspec.cli import main
from tests.cli.harness import (
    DOUBTFUL,
    SPEC,
    WRONG,
    Capture,
    nnspec,
    process,
    write,
)


def test_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"nnspec {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek", "net.nn"],
        ["check"],
        ["compile"],
        ["compile", "net.nn", "--forc"],
        ["compile", "net.nn", "-o", "-", "--check"],
        ["compile", "-", "--check"],
        ["compile", "net.nn", "-o", "net.nn"],
        ["compile", "net.nn", "-o", "./net.nn", "--force"],
        ["check", "-", "-"],
        ["check", "--format", "xml", "net.nn"],
        ["summary", "net.nn", "--batch-size", "0"],
        ["summary", "net.nn", "--batch-size", "a"],
        ["check", "net.nn", "--set", "hidden"],
        ["check", "net.nn", "--set", "=3"],
        ["check", "net.nn", "--set", "a b=3"],
        ["check", "net.nn", "--set", "hidden="],
        ["check", "net.nn", "--set", "hidden=)"],
        ["check", "net.nn", "--set", "hidden=1/0"],
        ["check", "net.nn", "--set", "hidden=1\nlet other = 2"],
        ["layers", "dens"],
        ["init"],
        ["init", "a-b"],
        ["init", "a/b"],
        ["init", "net", "--from", "nothing"],
    ],
)
def test_usage(arguments: list[str], spec: Path, capsys: Capture) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "error: " in captured.err
    assert spec.read_text() == SPEC


@pytest.mark.parametrize("command", ["compile", "check", "summary", "run"])
def test_an_unreadable_spec(command: str, capsys: Capture) -> None:
    write("net.nn", SPEC)
    assert main([command, "nothing.nn"]) == 3
    assert capsys.readouterr().err == (
        "error: cannot read nothing.nn: No such file or directory\n"
        "  = help: `nnspec init nothing` writes a spec to start from\n"
    )


@pytest.mark.parametrize("command", ["compile", "summary", "run"])
def test_a_folder_is_no_spec(command: str, capsys: Capture) -> None:
    assert main([command, "."]) == 3
    assert capsys.readouterr().err == (
        "error: cannot read .: Is a directory\n"
        "  = help: name one spec; `nnspec check .` checks all of a folder\n"
    )


@pytest.mark.parametrize("command", ["compile", "summary", "run"])
def test_errors_are_talk_where_there_is_no_result(
    command: str, capsys: Capture
) -> None:
    write("net.nn", WRONG)
    assert main([command, "net.nn"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "error[unknown-activation]" in captured.err
    assert "--> net.nn:7:" in captured.err
    assert not Path("net.py").exists()


@pytest.mark.parametrize("command", ["compile", "summary"])
def test_warnings_are_told_and_prevent_nothing(command: str, capsys: Capture) -> None:
    write("net.nn", DOUBTFUL)
    assert main([command, "net.nn"]) == 0
    assert "warning[labels-outside-units]" in capsys.readouterr().err


def test_a_fault_of_nnspec(
    spec: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("two\nlines")

    monkeypatch.setattr(compiler, "script", fail)
    monkeypatch.delenv("NNSPEC_DEBUG", raising=False)
    assert main(["compile", "net.nn"]) == 70
    assert capsys.readouterr().err == (
        "error: this is a fault of nnspec, please report it (ValueError: two lines)\n"
    )
    monkeypatch.setenv("NNSPEC_DEBUG", "1")
    with pytest.raises(ValueError, match="two"):
        main(["compile", "net.nn"])


def test_an_interrupt(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compiler, "read", interrupt)
    assert main(["check", "net.nn"]) == 130


def test_a_reader_that_leaves() -> None:
    command = f"set -o pipefail; {sys.executable} -m nnspec layers | head -n 1"
    started = process("bash", "-c", command)
    assert started.communicate(timeout=60) == ("layers\n", "")
    assert started.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["compile", "net.nn", "-o", "-"], ["layers"]])
def test_output_that_cannot_be_written(arguments: list[str], spec: Path) -> None:
    with open("/dev/full", "w") as full:
        code, _, err = nnspec(*arguments, stdout=full)
    assert code == 3
    assert err == "error: cannot write to standard output: No space left on device\n"


def test_layers(capsys: Capture) -> None:
    assert main(["layers"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("layers\n  input ")
    assert captured.err == ""


def test_layers_of_one_name(capsys: Capture) -> None:
    assert main(["layers", "dense"]) == 0
    assert "  dense(units, activation=none, use_bias=true," in capsys.readouterr().out


def test_layers_of_an_unknown_name(capsys: Capture) -> None:
    assert main(["layers", "dens"]) == 2
    assert "did you mean `dense`?" in capsys.readouterr().err
