"""`nnspec init`: a spec to start from, and its data."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from nnspec.cli import main
from nnspec.commands import init
from tests.cli.harness import (
    SPEC,
    Capture,
    write,
)


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Examples to start from: one with a file of data, one without."""
    folder = tmp_path / "examples"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "some.csv").write_bytes(b"a,b,c\r\n1,2,0\r\n3,4,1\r\n")
    data = 'data { csv("data/some.csv", target="c", test="data/not_there.csv") }'
    digits = re.sub("data {.*}", data, SPEC)
    text = f"# Small digits.\n# More.\nmodel digits\n{digits}"
    (folder / "digits.nn").write_text(text, encoding="utf-8")
    (folder / "blobs.nn").write_text(SPEC, encoding="utf-8")
    monkeypatch.setattr(init, "folder", lambda _: folder)
    return folder


def test_init(examples: Path, capsys: Capture) -> None:
    assert main(["init", "mine"]) == 0
    text = Path("mine.nn").read_text(encoding="utf-8")
    original = (examples / "digits.nn").read_text(encoding="utf-8")
    assert text == original.replace("model digits", "model mine")
    assert Path("data/some.csv").read_bytes() == b"a,b,c\r\n1,2,0\r\n3,4,1\r\n"
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "wrote mine.nn\n"
        "wrote data/some.csv\n"
        "\n"
        "next:\n"
        "  nnspec summary mine.nn\n"
        "  nnspec run mine.nn\n"
    )
    assert main(["check", "mine.nn"]) == 0


def test_init_of_a_name_that_an_example_has(examples: Path) -> None:
    assert main(["init", "blobs"]) == 0
    assert Path("blobs.nn").read_text(encoding="utf-8") == SPEC
    assert main(["init", "blobs", "--from", "digits", "--force"]) == 0
    assert Path("blobs.nn").read_text(encoding="utf-8") != SPEC


def test_init_from_another_example(examples: Path) -> None:
    assert main(["init", "mine", "--from", "blobs"]) == 0
    assert Path("mine.nn").read_text(encoding="utf-8") == SPEC
    assert os.listdir() == ["mine.nn"]


def test_init_overwrites_nothing(examples: Path, capsys: Capture) -> None:
    write("mine.nn", "")
    assert main(["init", "mine"]) == 1
    assert "mine.nn is there already and is kept" in capsys.readouterr().err
    assert Path("mine.nn").read_text() == ""
    assert os.listdir() == ["mine.nn"]
    assert main(["init", "mine", "--force"]) == 0
    assert Path("mine.nn").read_text() != ""


def test_init_of_a_second_spec_shares_the_data(examples: Path, capsys: Capture) -> None:
    assert main(["init", "one"]) == 0
    assert main(["init", "two"]) == 0
    write("data/some.csv", "other")
    assert main(["init", "three"]) == 1
    assert "data/some.csv is there already" in capsys.readouterr().err
    assert not Path("three.nn").exists()
    assert Path("data/some.csv").read_text() == "other"


def test_init_lists_examples(examples: Path, capsys: Capture) -> None:
    assert main(["init", "--list"]) == 0
    assert capsys.readouterr().out == "blobs\ndigits  Small digits.\n"


def test_init_offers_the_nearest_example(examples: Path, capsys: Capture) -> None:
    assert main(["init", "mine", "--from", "digit"]) == 2
    assert "did you mean `digits`?" in capsys.readouterr().err


def test_the_examples_there_are_can_be_started_from(capsys: Capture) -> None:
    assert main(["init", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if line[0] != " "]
    assert "digits" in names
    for number, name in enumerate(names):
        assert main(["init", f"net_{number}", "--from", name]) == 0
        assert main(["check", f"net_{number}.nn"]) == 0
