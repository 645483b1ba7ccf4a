"""Optuna proposes values, remembers trials in a file, and goes on with one."""

from __future__ import annotations

import json
from pathlib import Path

import optuna
import pytest

from nnspec.cli import main
from tests.test_sweep import SPEC


def test_optuna_proposes_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(SPEC)
    words = ["sweep", "net.nn", "--try", "hidden=int(2, 9)", "--try"]
    words += ["rate=log(1e-4, 1e-1)"]
    assert main([*words, "--trials", "3"]) == 0
    known = optuna.load_study(study_name="net", storage="sqlite:///sweeps/net/study.db")
    assert [trial.state.name for trial in known.trials] == ["COMPLETE"] * 3
    for number, trial in enumerate(known.trials, 1):
        about = json.loads(Path(f"sweeps/net/trial-00{number}/trial.json").read_text())
        assert int(about["values"]["hidden"]) == trial.params["hidden"]
        assert trial.value == min(about["course"].values())
        assert 1e-4 <= float(about["values"]["rate"]) <= 1e-1

    # As if the sweep had been killed within the last trial:
    path = Path("sweeps/net/trial-003/trial.json")
    about = json.loads(path.read_text())
    path.write_text(json.dumps(about | {"state": ""}))
    assert main([*words, "--trials", "4"]) == 0
    known = optuna.load_study(study_name="net", storage="sqlite:///sweeps/net/study.db")
    assert len(known.trials) == 4
    assert capsys.readouterr().out.count("\n") == 4 + 5


def test_a_grid_is_trained_once_and_other_values_are_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(SPEC)

    def values() -> list[str]:
        paths = sorted(Path("sweeps/net").glob("trial-*/trial.json"))
        return [json.loads(path.read_text())["values"]["hidden"] for path in paths]

    assert main(["sweep", "net.nn", "--try", "hidden=2,3"]) == 0
    assert values() == ["2", "3"]
    for count, tried in enumerate(("2,3,4,5", "2,3,4,5,6,7", "int(20, 90)"), 3):
        words = ["sweep", "net.nn", "--try", f"hidden={tried}", "--trials", str(count)]
        assert main(words) == 0
        assert len(values()) == count
    assert 20 <= int(values()[4]) <= 90


def test_two_folders_have_one_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two machines: what a trial comes to is told of that one, after a kill, too."""
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(SPEC)
    words = ["sweep", "net.nn", "--try", "hidden=int(2, 9)", "--trials", "1"]
    words += ["--storage", "sqlite:///all.db", "--out"]
    assert main([*words, "one/net"]) == 0
    assert main([*words, "other/net"]) == 0
    path = Path("one/net/trial-001/trial.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": ""}))
    assert main([*words, "one/net"]) == 0
    known = optuna.load_study(study_name="net", storage="sqlite:///all.db")
    assert [trial.state.name for trial in known.trials] == ["COMPLETE"] * 2
    for trial, folder in zip(known.trials, ("one", "other"), strict=True):
        found = json.loads(Path(f"{folder}/net/trial-001/trial.json").read_text())
        assert found["asked"] == trial.number
        assert int(found["values"]["hidden"]) == trial.params["hidden"]
        assert trial.value == min(found["course"].values())


@pytest.mark.parametrize(
    "storage", ["sqlite:////no/such/folder/study.db", "nonsense", "postgresql://h/db"]
)
def test_a_storage_that_cannot_be_reached_is_a_line(
    storage: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(SPEC)
    words = ["sweep", "net.nn", "--try", "hidden=int(2, 9)", "--storage", storage]
    assert main(words) == 3
    first, help = capsys.readouterr().err.splitlines()
    assert first.startswith(f"error: Optuna cannot use the storage {storage}: ")
    assert help.startswith("  = help: ")
