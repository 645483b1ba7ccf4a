"""Commands and the data files of a spec: exit codes, and where files are looked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nnspec.cli import main
from tests.cli.harness import Capture, write

TABLE = "size,city,large\n1,Rome,0\n7,Oslo,1\n2,Rome,0\n9,Bern,1\n"
OPEN = """\
data {
  csv("t.csv", target="large")
  one_hot()
}

network {
  dense(1, sigmoid)
}

training { loss = binary_crossentropy }
"""
GIVEN = OPEN.replace("network {\n", "network {\n  input(4)\n")


@pytest.fixture(autouse=True)
def _no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


COMMANDS = [["check"], ["summary"], ["compile"], ["compile", "-o", "-"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_table_tells_the_width(command: list[str], capsys: Capture) -> None:
    write("t.csv", TABLE)
    write("net.nn", OPEN)
    assert main([*command, "net.nn"]) == 0
    if command == ["compile"]:
        assert "INPUT_SHAPE = (4,)" in Path("net.py").read_text(encoding="utf-8")
        assert main(["compile", "--check", "net.nn"]) == 0


@pytest.mark.parametrize("command", [*COMMANDS, ["compile", "--check"]])
def test_without_the_table(command: list[str], capsys: Capture) -> None:
    write("net.nn", OPEN)
    assert main([*command, "net.nn"]) == 3
    captured = capsys.readouterr()
    told = captured.out if command == ["check"] else captured.err
    assert "error[missing-input]: t.csv is not there" in told
    assert "`input(7)`" in told
    assert not Path("net.py").exists()
    write("net.nn", GIVEN)
    assert main(["check", "net.nn"]) == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_width_that_the_table_contradicts(
    command: list[str], capsys: Capture
) -> None:
    write("t.csv", TABLE)
    write("net.nn", GIVEN.replace("input(4)", "input(2)"))
    assert main([*command, "net.nn"]) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bad_cell(command: list[str], capsys: Capture) -> None:
    write("t.csv", TABLE.replace("9,", "nine,"))
    write("net.nn", GIVEN)
    assert main([*command, "net.nn"]) == 3


def test_a_fault_of_the_spec_comes_first(capsys: Capture) -> None:
    write("t.csv", TABLE.replace("9,", "nine,"))
    write("net.nn", GIVEN.replace("input(4)", "input(2)"))
    assert main(["check", "net.nn"]) == 1


def test_findings_for_programs(capsys: Capture) -> None:
    write("t.csv", TABLE.replace("9,", "nine,"))
    write("net.nn", GIVEN)
    assert main(["check", "net.nn", "--format", "json"]) == 3
    (found,) = json.loads(capsys.readouterr().out)
    assert found["code"] == "odd-cell"
    assert (found["line"], found["column"]) == (2, 7)
    assert found["message"].startswith("t.csv, line 5, column `size`: `nine` is no")


def test_where_the_table_is_looked_for(
    pipe: Callable[[str], None], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("sub").mkdir()
    Path("data").mkdir()
    write("sub/t.csv", TABLE)
    write("sub/net.nn", OPEN)
    assert main(["check", "sub/net.nn"]) == 0
    pipe(OPEN)
    assert main(["check", "-"]) == 3
    os.replace("sub/t.csv", "data/t.csv")
    monkeypatch.setenv("NNSPEC_DATA", "data")
    assert main(["check", "sub/net.nn"]) == 0
    pipe(OPEN)
    assert main(["check", "-"]) == 0


def test_what_large_tables_tell_is_kept(capsys: Capture, tmp_path: Path) -> None:
    rows = "".join(f"{i % 9},Rome,{i % 2}\n" for i in range(60_000))
    write("t.csv", TABLE + rows)
    write("net.nn", OPEN)
    assert main(["check", "net.nn"]) == 0
    (kept,) = (tmp_path / "cache" / "nnspec" / "facts").iterdir()
    assert main(["check", "net.nn"]) == 0
    assert [*kept.parent.iterdir()] == [kept]
