"""A sweep tries values, judges trials by their history, and goes on where it ended."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nnspec.cli import main
from nnspec.compiler import check
from nnspec.source import Source
from nnspec.sweep import told
from nnspec.sweep.study import DONE, FAILED, PRUNED, Study, Trial
from nnspec.sweep.tries import Odd, Try, plan, read

SPEC = """
let hidden = 4  # units
let rate = 0.01

data {
  spirals(samples=60)
  split(validation=0.2)
}
network {
  dense(hidden, relu)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam(rate)
  metrics = [accuracy]
  epochs = 2
}
"""


def sweep(*words: str) -> int:
    return main(["sweep", "net.nn", *words])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In a folder with the spec, and without Optuna."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nnspec.commands.sweep.find_spec", lambda name: None)
    Path("net.nn").write_text(SPEC)
    return tmp_path


def states() -> list[str]:
    paths = sorted(Path("sweeps/net").glob("trial-*/trial.json"))
    return [json.loads(path.read_text())["state"] for path in paths]


def test_a_grid_is_trained_and_the_best_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert sweep("--try", "hidden=2,8", "--try", "rate=0.001,0.1", "--jobs", "2") == 0
    out, err = capsys.readouterr()
    head, *rows = out.splitlines()
    assert head.split() == ["trial", "hidden", "rate", "val_loss", "epoch", "epochs"]
    scores = [float(row.split()[3]) for row in rows]
    assert len(rows) == 4 and scores == sorted(scores)
    number, hidden, rate, *_ = rows[0].split()
    assert f"the best is trial {number}, in sweeps/net/trial-00{number}/run: " in err
    assert f"--set=hidden={hidden} --set=rate={rate}" in err
    best = Path("net_best.nn").read_text()
    assert f"let hidden = {hidden}  # units\nlet rate = {rate}\n" in best
    assert check(Source("net_best.nn", best)).model is not None
    assert Path("sweeps/net/sweep.svg").read_text().count("<circle") == 8
    run = Path(f"sweeps/net/trial-00{number}/run/history.csv").read_text()
    values = [float(row.split(",")[3]) for row in run.splitlines()[1:]]
    assert f"{min(values):.4g}" in rows[0]

    begun = time.monotonic()
    assert sweep("--try", "hidden=2,8", "--try", "rate=0.001,0.1") == 0
    assert capsys.readouterr().out == out
    assert time.monotonic() - begun < 60
    assert states() == [DONE] * 4


def test_more_values_are_more_trials(capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep("--try", "hidden=2", "--monitor", "val_accuracy") == 0
    assert sweep("--try", "hidden=2,3", "--monitor", "val_accuracy") == 0
    assert (
        "trial 1" not in capsys.readouterr().err.partition("2 trials")[2].splitlines()
    )
    assert states() == [DONE] * 2


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize("whole", [False, True], ids=["worker", "whole"])
def test_nothing_that_is_done_is_lost_by_a_kill(here: Path, whole: bool) -> None:
    """Without a chance to save: the same command goes on with that trial alone."""
    assert sweep("--try", "hidden=2,3") == 0
    done = {path: path.read_bytes() for path in Path("sweeps/net").glob("*/run/*.npz")}
    Path("net.nn").write_text(SPEC.replace("epochs = 2", "epochs = 4000"))
    words = [sys.executable, "-m", "nnspec", "sweep", "net.nn", "--try", "hidden=2,3,4"]
    own = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        words,
        env=own,
        cwd=here,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    path = Path("sweeps/net/trial-003/trial.json")
    for _ in range(600):
        if path.exists() and json.loads(path.read_text())["course"]:
            break
        time.sleep(0.05)
    if whole:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        for child in Path(f"/proc/{process.pid}/task").glob("*/children"):
            for number in child.read_text().split():
                os.kill(int(number), signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert ("killed; the same command goes on with it" in said) is not whole
    assert states() == [DONE, DONE, ""]
    Path("net.nn").write_text(SPEC)
    assert sweep("--try", "hidden=2,3,4") == 0
    assert states() == [DONE] * 3
    assert done == {path: path.read_bytes() for path in done}


def test_a_sweep_that_alone_is_killed_leaves_its_trial_to_the_next(here: Path) -> None:
    """No two processes train one trial: the next call waits until one has ended."""
    Path("net.nn").write_text(SPEC.replace("epochs = 2", "epochs = 4000"))
    words = [sys.executable, "-m", "nnspec", "sweep", "net.nn", "--try", "hidden=2"]
    own = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(words, env=own, cwd=here, stderr=subprocess.DEVNULL)
    path = Path("sweeps/net/trial-001/trial.json")
    for _ in range(600):
        if path.exists() and json.loads(path.read_text())["course"]:
            break
        time.sleep(0.05)
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    (child,) = (number for task in tasks for number in task.read_text().split())
    os.kill(int(child), signal.SIGSTOP)  # as if its epoch took long
    process.kill()
    process.wait()
    reached = len(json.loads(path.read_text())["course"])
    Path("net.nn").write_text(SPEC.replace("epochs = 2", f"epochs = {reached + 2}"))
    following = subprocess.Popen(
        words, env=own, cwd=here, stderr=subprocess.PIPE, text=True
    )
    assert following.stderr is not None
    assert following.stderr.readline().startswith("waiting for the sweep in sweeps/net")
    assert states() == [""]
    assert following.poll() is None
    os.kill(int(child), signal.SIGCONT)
    assert following.wait(timeout=60) == 0
    assert states() == [DONE]
    assert len(json.loads(path.read_text())["course"]) == reached + 2


def test_a_killed_sweep_goes_on_with_its_trial(here: Path) -> None:
    Path("net.nn").write_text(SPEC.replace("epochs = 2", "epochs = 4000"))
    words = [sys.executable, "-m", "nnspec", "sweep", "net.nn", "--try", "hidden=2"]
    own = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(words, env=own, cwd=here, stderr=subprocess.DEVNULL)
    path = Path("sweeps/net/trial-001/trial.json")
    for _ in range(600):
        if path.exists() and json.loads(path.read_text())["course"]:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 130
    assert states() == [""]
    reached = len(json.loads(path.read_text())["course"])
    assert 0 < reached < 4000
    Path("net.nn").write_text(SPEC.replace("epochs = 2", f"epochs = {reached + 2}"))
    assert sweep("--try", "hidden=2") == 0
    assert states() == [DONE]
    assert "goes on after epoch" in path.with_name("log.txt").read_text()
    with np.load("sweeps/net/trial-001/run/checkpoint.npz") as file:
        assert len(file["training/history"]) == reached + 2


def test_a_trial_that_fails_is_told_and_tried_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("net.nn").write_text(SPEC.replace("spirals(samples=60)", 'npz("x.npz")'))
    text = Path("net.nn").read_text().replace("network {", "network {\n  input(2)")
    Path("net.nn").write_text(text)
    assert sweep("--try", "hidden=2") == 3
    assert "log.txt says why" in capsys.readouterr().err
    assert states() == [FAILED]
    rng = np.random.default_rng(0)
    np.savez("x.npz", x_train=rng.normal(size=(60, 2)), y_train=np.arange(60) % 3)
    assert sweep("--try", "hidden=2") == 0
    assert states() == [DONE]


def test_a_spec_of_ones_own_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net_best.nn").write_text("# mine\n")
    assert sweep("--try", "hidden=2") == 0
    assert "net_best.nn is not of a sweep, and was kept" in capsys.readouterr().err
    assert Path("net_best.nn").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "needs a `--try NAME=VALUES`"),
        (["--try", "hiden=2"], 1, "did you mean `hidden`?"),
        (["--try", 'hidden=2,"a"'], 1, "`units` of `dense` needs an integer"),
        (["--try", "hidden=2,,3"], 2, "no value between two commas"),
        (["--try", "hidden"], 2, "begins with the name of a `let`"),
        (["--try", "rate=log(0, 1)"], 2, "above 0"),
        (["--try", "rate=uniform(2, 1)"], 2, "to a larger one"),
        (["--try", "rate=int(1, 2.5)"], 2, "whole numbers"),
        (["--try", "rate=log(a, 1)"], 2, "two numbers"),
        (["--try", "hidden=2", "--monitor", "val_los"], 2, "did you mean `val_loss`?"),
        (["--try", "hidden=2", "--storage", "sqlite:///a.db"], 2, "nnspec[sweep]"),
    ],
)
def test_wrong_uses_have_a_way_out(
    words: list[str],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert sweep(*words) == code
    assert said in capsys.readouterr().err
    assert not [*Path("sweeps").glob("*/trial-*")]


# -- Parts -----------------------------------------------------------------------------


def test_values_stand_between_commas_outside_brackets() -> None:
    text = 'sizes=[1, 2], (3, 4), "a, b", adam(1e-3, 0.9)'
    assert read(text).values == ("[1, 2]", "(3, 4)", '"a, b"', "adam(1e-3, 0.9)")
    assert read("rate=log(1e-4,1e-1)") == Try("rate", (), "log", 1e-4, 1e-1)
    with pytest.raises(Odd):
        read("1=2")


def test_a_grid_has_all_and_ranges_are_drawn_within() -> None:
    grid = [read("a=1,2"), read("b=3,4,5")]
    assert len(plan(grid, None, 1)) == 6
    some = plan(grid, 4, 1)
    assert len({tuple(values.items()) for values in some}) == 4
    drawn = plan([read("a=log(1e-4, 1e-1)"), read("n=int(1, 3)")], 200, 1)
    rates = [float(values["a"]) for values in drawn]
    assert 1e-4 <= min(rates) < 1e-3 and 1e-2 < max(rates) <= 1e-1
    assert 70 < sum(rate < 10**-2.5 for rate in rates) < 130
    assert {values["n"] for values in drawn} == {"1", "2", "3"}
    assert drawn == plan([read("a=log(1e-4, 1e-1)"), read("n=int(1, 3)")], 200, 1)
    assert read("a=uniform(0, 1)").draw(random.Random(1)) != "0"


def study_of(courses: list[list[float]], rises: bool) -> Study:
    study = Study(Path("s"), [], lambda *_: None, rises=rises)
    for i, course in enumerate(courses, 1):
        trial = Trial(Path(f"s/trial-{i:03}"), {"a": str(i)}, lambda *_: None)
        trial.course, trial.state = dict(enumerate(course, 1)), DONE
        study.trials.append(trial)
    return study


@pytest.mark.parametrize("rises", [False, True])
def test_the_worse_half_is_given_up(rises: bool) -> None:
    sign = -1 if rises else 1
    courses = [[sign * (9.0 + i - e) for e in range(4)] for i in range(5)]
    study = study_of(courses, rises)
    first, *_, last = study.trials
    assert not study.hopeless(last, 2)
    assert study.hopeless(last, 3)
    assert not study.hopeless(first, 3)
    del study.trials[1]
    assert not study.hopeless(last, 3)
    assert study.ranked()[0] is first


def test_the_table_tells_how_trials_ended() -> None:
    study = study_of([[3.0, 1.0, 2.0], [5.0]], rises=False)
    study.trials[1].state = PRUNED
    bare = Trial(Path("s/trial-003"), {"a": "3"}, lambda *_: None)
    bare.state = FAILED
    study.trials.append(bare)
    assert told.table(study, "loss").splitlines() == [
        "trial  a  loss  epoch  epochs",
        "    1  1     1      2       3",
        "    2  2     5      1       1  pruned",
        "    3  3     -      -       0  failed",
    ]
