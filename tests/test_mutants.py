"""The mutants: each is where it should be, and a hunt cannot be deceived."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutants.__main__ import areas
from tests.mutants.hunt import FOUND, SURVIVED, UNSOUND, hunt
from tests.mutants.mutant import Edit, Mutant, assessment, classes, gradcheck

MUTANTS = [mutant for area in areas().values() for mutant in area]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_replaces_what_is_there_once(mutant: Mutant) -> None:
    texts: dict[str, str] = {}
    for edit in mutant.edits:
        text = texts.get(edit.file) or (ROOT / edit.file).read_text(encoding="utf-8")
        assert text.count(edit.old) == 1, f"write {mutant.name} anew"
        texts[edit.file] = text.replace(edit.old, edit.new)
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).is_file()


def test_every_mutant_has_its_own_name() -> None:
    counts = Counter([*areas(), *(mutant.name for mutant in MUTANTS)])
    assert max(counts.values()) == 1


TANH = "templates/activations/tanh.j2"
SLOPE = "{{ op.dy }} *= 1.0 - {{ op.y }} * {{ op.y }}"
TRAINING = "templates/training.j2"
CASE = gradcheck("tanh as an argument")
HUNTS = {
    "a wrong line": (Edit(TANH, SLOPE, "{{ op.dy }} *= 1.0"), FOUND, CASE[0]),
    "an equal line": (Edit(TANH, "tanh: dy/dx", "tanh: slope"), SURVIVED, "no test"),
    "nothing": (Edit(TANH, SLOPE, SLOPE), UNSOUND, "same script"),
    "no such text": (Edit(TANH, "sinh", "cosh"), UNSOUND, "0 times, not once"),
    "a template that cannot be read": (
        Edit(TANH, SLOPE, "{% if %}"),
        UNSOUND,
        "does not compile",
    ),
    "a script that cannot be read": (
        Edit(TANH, SLOPE, "{{ op.dy }} *="),
        UNSOUND,
        "cannot train",
    ),
    "a line that raises": (
        Edit(TANH, SLOPE, "{{ op.dy }} *= no_such_name"),
        UNSOUND,
        "cannot train",
    ),
}


@pytest.mark.share(7)
@pytest.mark.parametrize("name", HUNTS)
def test_hunts(name: str, tmp_path: Path) -> None:
    edit, verdict, note = HUNTS[name]
    mutant = Mutant("tanh", name, (edit,), classes("dense(4, tanh)"), CASE)
    outcome = hunt(mutant, tmp_path / "copy")
    assert outcome.verdict == verdict, outcome.note
    assert note in outcome.note
    assert not (tmp_path / "copy").exists()
    assert SLOPE in (ROOT / TANH).read_text(encoding="utf-8")


@pytest.mark.thorough
def test_a_test_that_crashes_has_found_nothing(tmp_path: Path) -> None:
    mutant = Mutant(
        "generator",
        "a call that works in scripts with dropouts, and in no others",
        (
            Edit(
                TRAINING,
                "{% else %}\nforward(w, a)\n",
                "{% else %}\nforward(w, a, None)\n",
            ),
        ),
        classes("dropout(0.5)"),
        assessment("means_are_those_over_all_samples"),
    )
    outcome = hunt(mutant, tmp_path / "copy")
    assert outcome.verdict == UNSOUND
    assert "crashes" in outcome.note
