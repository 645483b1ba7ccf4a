"""`nnspec init --csv`: a spec that trains at the first run, on tables as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from nnspec.cli import main
from nnspec.table import TABLE
from tests.cli.harness import Capture, nnspec, write
from tests.conftest import ROOT
from tests.facts.messy import TABLES

EXAMPLES = {
    "iris.csv": ("species", 0.85),
    "breast_cancer.csv": ("diagnosis", 0.9),
    "diabetes.csv": ("progression", 0.25),
    "digits.csv.gz": ("digit", 0.9),
}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("NNSPEC_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


def trained(file: str, target: str, capsys: Capture) -> float:
    """The accuracy, or R², of the test part, where all is done as it is told."""
    assert main(["init", "net", "--csv", file, f"--target={target}"]) == 0
    spec = Path("net.nn").read_text(encoding="utf-8")
    told = capsys.readouterr().err
    assert main(["check", "net.nn"]) == 0, spec + capsys.readouterr().out
    found = capsys.readouterr().out
    assert found.startswith("net.nn: no errors"), spec + told + found
    code, out, err = nnspec("run", "net.nn", "--json")
    assert code == 0, spec + err
    last = json.loads(out.splitlines()[-1])
    score: float = last.get("test_accuracy", last.get("test_r2_score"))
    return score


@pytest.mark.share(5)
@pytest.mark.parametrize("file", EXAMPLES)
def test_the_tables_of_the_examples(file: str, capsys: Capture) -> None:
    shutil.copy(ROOT / "examples" / "data" / file, file)
    target, least = EXAMPLES[file]
    assert trained(file, target, capsys) > least


SCALES_TARGETS = bool(TABLE["transform"]["standardize"].arguments)


@pytest.mark.share(7)
@pytest.mark.parametrize("name", TABLES)
def test_messy_tables(name: str, capsys: Capture) -> None:
    if name == "houses" and not SCALES_TARGETS:
        pytest.skip("targets cannot be scaled yet")
    make, target, least = TABLES[name]
    write("data.csv", make(np.random.default_rng(0)))
    assert trained("data.csv", target, capsys) > least


def told(name: str, capsys: Capture) -> tuple[str, list[str]]:
    """The spec for a messy table, and what was said of it."""
    make, target, _ = TABLES[name]
    write("data.csv", make(np.random.default_rng(0)))
    assert main(["init", "net", "--csv", "data.csv", f"--target={target}"]) == 0
    lines = capsys.readouterr().err.splitlines()
    return Path("net.nn").read_text(encoding="utf-8"), lines


def test_what_was_guessed_is_said(capsys: Capture) -> None:
    spec, lines = told("titanic", capsys)
    assert lines == [
        "wrote net.nn",
        "  `Survived` is taken for 2 classes",
        "  `PassengerId` is left out: it counts the rows",
        "  `Name` is left out: it has 300 different texts in 300 rows",
        "  `Ticket` is left out: it has 300 different texts",
        "  `alive` is left out: it tells the target exactly",
        "",
        "next:",
        "  nnspec summary net.nn",
        "  nnspec run net.nn",
    ]
    assert spec.startswith("# Predicts Survived by 3 columns of data.csv.\nmodel net\n")
    assert 'features=["Sex", "Age", "Cabin"]' in spec
    assert "  impute(median)\n  standardize()\n  one_hot()\n" in spec
    assert "  split(validation=0.2, test=0.2, stratify=true)\n" in spec
    assert "  dense(1, sigmoid)\n" in spec


def test_numbers_are_scaled_and_drawn_by_seed(capsys: Capture) -> None:
    spec, lines = told("houses", capsys)
    assert "  `price` is taken for a number" in lines
    assert "  `house_id` is left out: it looks like an id" in lines
    assert ("  standardize(target)\n" in spec) == SCALES_TARGETS
    assert "  split(validation=0.2, test=0.2, seed=0)\n" in spec
    assert "  loss = mean_squared_error\n" in spec


def test_texts_among_numbers(capsys: Capture) -> None:
    spec, lines = told("dashes", capsys)
    assert "  `unknown` among numbers are taken for missing" in lines
    assert 'missing=["unknown"]' in spec
    spec, lines = told_again("mixed", capsys)
    words = "  `rooms` is taken for texts, for it has some, such as `5+`"
    assert words in lines
    assert 'one_hot(["rooms"])' in spec
    assert "standardize()" not in spec


def test_columns_without_names(capsys: Capture) -> None:
    spec, lines = told("unnamed", capsys)
    assert 'csv("data.csv", target=4, drop=[0])' in spec
    assert "  `0` is left out: it counts the rows" in lines


def told_again(name: str, capsys: Capture) -> tuple[str, list[str]]:
    Path("net.nn").unlink()
    return told(name, capsys)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--csv", "t.csv"], 2, "`--target COLUMN`; it has `a`, `b`"),
        (["--csv", "t.csv", "--target", "B1"], 2, "t.csv has no column `B1`"),
        (["--csv", "no.csv", "--target", "b"], 3, "cannot read no.csv"),
        (["--csv", "../t.csv", "--target", "b"], 2, "../t.csv is in another folder"),
        (["--target", "b"], 2, "`--target` needs `--csv`"),
        (["--csv", "t.csv", "--from", "iris"], 2, "exclude each other"),
        (["--csv", "one.csv", "--target", "b"], 3, "the target `b` has one value only"),
        (["--csv", "one.csv", "--target", "a"], 0, "wrote net.nn"),
        (
            ["--csv", "names.csv", "--target", "b"],
            3,
            "has 12 different texts in 12 rows",
        ),
        (["--csv", "alone.csv", "--target", "b"], 3, "no column to predict `b` from"),
    ],
)
def test_what_no_spec_is_written_for(
    arguments: list[str], code: int, words: str, capsys: Capture
) -> None:
    write("t.csv", "a,b\n1,2\n2,3\n")
    write("one.csv", "a,b\n1,x\n2,x\n")
    write("names.csv", "a,b\n" + "".join(f"{i * i},n{i}\n" for i in range(12)))
    write("alone.csv", "b\n1\n2\n")
    assert main(["init", "net", *arguments]) == code
    assert words in capsys.readouterr().err
    assert Path("net.nn").exists() == (code == 0)


def test_a_spec_that_is_there_is_kept(capsys: Capture) -> None:
    write("t.csv", "a,b\n1,2\n2,3\n")
    write("net.nn", "mine")
    assert main(["init", "net", "--csv", "t.csv", "--target", "b"]) == 1
    assert Path("net.nn").read_text(encoding="utf-8") == "mine"
    assert main(["init", "net", "--csv", "t.csv", "--target", "b", "--force"]) == 0
