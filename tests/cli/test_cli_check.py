"""`nnspec check` and `nnspec summary`, and the values that `--set` takes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nnspec import __version__, formats
from nnspec.cli import main
from nnspec.diagnostics import Diagnostic
from nnspec.source import Source, Span
from tests.cli.harness import (
    DOUBTFUL,
    SPEC,
    WRONG,
    Capture,
    nnspec,
    write,
)

FORMATS = {"concise": formats.concise, "github": formats.github}


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


def test_check_of_a_folder(capsys: Capture, tmp_path: Path) -> None:
    for name in ("b/c", "b/.hidden", ".venv"):
        Path(name).mkdir(parents=True)
    hidden = ("b/.hidden/x.nn", ".venv/x.nn", "b/.w.nn")
    for name in ("a.nn", "b/z.nn", "b/c/y.nn", *hidden):
        write(name, SPEC)
    write("b/notes.txt", "no spec")
    Path("b/loop").symlink_to(Path("b").resolve())
    assert main(["check", "."]) == 0
    assert capsys.readouterr().out == (
        "a.nn: no errors, 27 parameters\n"
        "b/c/y.nn: no errors, 27 parameters\n"
        "b/z.nn: no errors, 27 parameters\n"
        "3 specs: no errors\n"
    )
    write("b/z.nn", WRONG)
    write("b/c/y.nn", DOUBTFUL)
    assert main(["check", "b", "a.nn", "b/z.nn"]) == 1
    shown = capsys.readouterr().out
    assert shown.endswith(
        "\n\na.nn: no errors, 27 parameters\n3 specs: 1 error, 1 warning\n"
    )
    assert shown.count("b/z.nn") == 1
    Path("empty").mkdir()
    assert main(["check", "empty", "a.nn"]) == 3
    captured = capsys.readouterr()
    assert captured.out == "a.nn: no errors, 27 parameters\n"
    assert captured.err.startswith("error: there is no spec, *.nn, in empty\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_hides_nothing_of_its_folder(capsys: Capture) -> None:
    write("a.nn", SPEC).chmod(0)
    write("b.nn", WRONG)
    assert main(["check", "."]) == 3
    assert "error[unknown-activation]" in capsys.readouterr().out


def test_check_of_a_folder_with_a_broken_link(capsys: Capture) -> None:
    Path("a.nn").symlink_to("nowhere")
    write("b.nn", WRONG)
    assert main(["check", "."]) == 3
    captured = capsys.readouterr()
    assert "error[unknown-activation]" in captured.out
    assert "cannot read a.nn" in captured.err


def test_check_a_line_each(capsys: Capture) -> None:
    write("wrong.nn", WRONG)
    write("doubtful.nn", DOUBTFUL)
    command = ["check", "wrong.nn", "doubtful.nn", "--format", "concise"]
    assert main(command) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == (
        "wrong.nn:7:17: error[unknown-activation]: "
        "there is no activation called `rela`; help: did you mean `relu`?"
    )
    assert second.startswith("doubtful.nn:8:3: warning[labels-outside-units]: ")


def test_check_for_github(capsys: Capture) -> None:
    write("a,b:c%.nn", WRONG)
    assert main(["check", "a,b:c%.nn", "--format", "github"]) == 1
    assert capsys.readouterr().out == (
        "::error file=a%2Cb%3Ac%25.nn,line=7,endLine=7,col=17,endColumn=21,"
        "title=nnspec unknown-activation::"
        "there is no activation called `rela`%0Ahelp: did you mean `relu`?\n"
    )


def test_what_has_no_place_is_at_the_start_of_its_file(capsys: Capture) -> None:
    write("net.nn", DOUBTFUL)
    for format, place in (("concise", "net.nn:1:1: "), ("github", "line=1,endLine=1,")):
        assert main(["check", "--set", "no=1", "net.nn", "--format", format]) == 1
        assert place in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("format", ["concise", "github"])
def test_no_text_of_a_spec_ends_a_line_or_commands(
    format: str, capsys: Capture
) -> None:
    source = Source("e\n::x::.nn", "dense")
    span = Span(0, 5)
    wrong = Diagnostic("some-code", "error", "a\n::stop\x1b[2J", span, "b\r%")
    (line,) = FORMATS[format](source, [wrong])
    assert line.count("\n") == 1
    assert line[:-1].isprintable()
    assert line.startswith(("::error file=e", "e<U+000A>::x::.nn:1:1: error"))


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
    assert "│ dense        │ (None, 4)    │      12 │" in shown
    assert "Total params: 27 (108 B)\n" in shown
    assert "Memory for a batch of 32 in float32: " in shown


def test_summary_in_ascii(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    _, out, _ = nnspec("summary", "net.nn")
    assert out.isascii()
    assert "| dense        | (None, 4)    |      12 |" in out


def test_summary_as_json(spec: Path, capsys: Capture) -> None:
    assert main(["summary", "net.nn", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["model"] == "net"
    assert [layer["output_shape"] for layer in data["layers"]] == [[2], [4], [3]]
    assert data["total_parameters"] == 27


def test_summary_as_markdown(spec: Path, capsys: Capture) -> None:
    assert main(["summary", "net.nn", "--format", "markdown"]) == 0
    assert "| dense | (None, 4) | 12 |" in capsys.readouterr().out


def test_summary_of_another_batch_size(spec: Path, capsys: Capture) -> None:
    assert main(["summary", "net.nn", "--batch-size", "7"]) == 0
    assert "Memory for a batch of 7 in float32" in capsys.readouterr().out
