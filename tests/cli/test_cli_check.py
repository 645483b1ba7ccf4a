"""`nnspec check` and `nnspec summary`, and the values that `--set` takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nnspec import __version__
from nnspec.cli import main
from tests.cli.harness import (
    DOUBTFUL,
    SPEC,
    WRONG,
    Capture,
    nnspec,
    write,
)


def test_check_of_a_sound_spec(spec: Path, capsys: Capture) -> None:
    assert main(["check", "net.nn"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "net.nn: no errors, 27 parameters\n"
    assert captured.err == ""


def test_check_prints_findings_as_its_result(capsys: Capture) -> None:
    write("net.nn", WRONG)
    assert main(["check", "net.nn"]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("error[unknown-activation]: ")
    assert captured.err == ""


def test_warnings_are_no_errors(capsys: Capture) -> None:
    write("net.nn", DOUBTFUL)
    assert main(["check", "net.nn"]) == 0
    assert capsys.readouterr().out.startswith("warning[labels-outside-units]: ")


def test_check_of_several_specs(spec: Path, capsys: Capture) -> None:
    write("wrong.nn", WRONG)
    assert main(["check", "net.nn", "wrong.nn"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("net.nn: no errors, 27 parameters\n\nerror[")
    assert main(["check", "nothing.nn", "wrong.nn", "net.nn"]) == 3
    captured = capsys.readouterr()
    assert "error[unknown-activation]" in captured.out
    assert "net.nn: no errors" in captured.out
    assert captured.err.startswith("error: cannot read nothing.nn: ")


def test_check_as_json(spec: Path, capsys: Capture) -> None:
    assert main(["check", "net.nn", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    write("wrong.nn", WRONG)
    write("doubtful.nn", DOUBTFUL)
    specs = ["wrong.nn", "net.nn", "doubtful.nn"]
    assert main(["check", *specs, "--format", "json"]) == 1
    first, second = json.loads(capsys.readouterr().out)
    expected = "code severity message file line column end_line end_column help"
    assert set(expected.split()) <= set(first)
    assert (first["file"], first["severity"]) == ("wrong.nn", "error")
    assert (first["line"], first["column"], first["end_column"]) == (7, 17, 21)
    assert (second["file"], second["severity"]) == ("doubtful.nn", "warning")


def test_check_as_sarif(capsys: Capture) -> None:
    write("wrong.nn", WRONG)
    assert main(["check", "wrong.nn", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["version"] == __version__
    assert [result["ruleId"] for result in run["results"]] == ["unknown-activation"]


def test_a_spec_from_standard_input(
    pipe: Callable[[str], None], capsys: Capture
) -> None:
    pipe(SPEC)
    assert main(["check", "-"]) == 0
    assert capsys.readouterr().out == "<stdin>: no errors, 27 parameters\n"
    pipe(WRONG)
    assert main(["check", "-", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["file"] == "<stdin>"


def test_a_spec_that_is_not_text(capsys: Capture) -> None:
    Path("net.nn").write_bytes(b"model \xff")
    assert main(["check", "net.nn"]) == 1
    assert "error[not-utf8]" in capsys.readouterr().out


def parameters(capsys: Capture, *arguments: str) -> int:
    assert main(["summary", "net.nn", "--format", "json", *arguments]) == 0
    total: int = json.loads(capsys.readouterr().out)["total_parameters"]
    return total


def test_set(spec: Path, capsys: Capture) -> None:
    assert parameters(capsys) == 27
    assert parameters(capsys, "--set", "hidden=8") == 51
    assert parameters(capsys, "--set", "hidden = 2**4 // 2") == 51
    assert parameters(capsys, "--set", "hidden=1", "--set", "hidden=8") == 51


def test_set_takes_every_kind_of_value(capsys: Capture) -> None:
    text = SPEC.replace("hidden, relu", "4, act, kernel_initializer=start")
    write("net.nn", f"let act = relu\nlet start = zeros\nlet flag = true\n{text}")
    for value in (
        "act=none",
        "act=leaky_relu(0.1)",
        "start=random_normal(stddev=0.1)",
        'flag="text"',
        "flag=[1, (2, -3), [a: 4]]",
    ):
        assert main(["check", "net.nn", "--set", value]) == 0
    capsys.readouterr()
    assert main(["check", "net.nn", "--set", "start=random_normal(std=0.1)"]) == 1
    assert "error[unknown-argument]" in capsys.readouterr().out


def test_set_of_what_is_no_let(spec: Path, capsys: Capture) -> None:
    assert main(["check", "net.nn", "--set", "hiden=8"]) == 1
    shown = capsys.readouterr().out
    assert "error[unknown-let]" in shown
    assert "did you mean `hidden`?" in shown


def test_set_of_the_wrong_kind(spec: Path, capsys: Capture) -> None:
    assert main(["check", "net.nn", "--set", 'hidden="many"']) == 1
    assert "error[argument-type]" in capsys.readouterr().out


def test_summary(spec: Path, capsys: Capture) -> None:
    assert main(["summary", "net.nn"]) == 0
    shown = capsys.readouterr().out
    assert "│ dense (dense)       │ (None, 4)    │      12 │" in shown
    assert "Total params: 27 (108 B)\n" in shown
    assert "Memory for a batch of 32 in float32: " in shown


def test_summary_in_ascii(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    _, out, _ = nnspec("summary", "net.nn")
    assert out.isascii()
    assert "| dense (dense)       | (None, 4)    |      12 |" in out


def test_summary_as_json(spec: Path, capsys: Capture) -> None:
    assert main(["summary", "net.nn", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["model"] == "net"
    assert [layer["output_shape"] for layer in data["layers"]] == [[2], [4], [3]]
    assert data["total_parameters"] == 27


def test_summary_as_markdown(spec: Path, capsys: Capture) -> None:
    assert main(["summary", "net.nn", "--format", "markdown"]) == 0
    assert "| dense (dense) | (None, 4) | 12 |" in capsys.readouterr().out


def test_summary_of_another_batch_size(spec: Path, capsys: Capture) -> None:
    assert main(["summary", "net.nn", "--batch-size", "7"]) == 0
    assert "Memory for a batch of 7 in float32" in capsys.readouterr().out
