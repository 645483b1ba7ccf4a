"""Scripts for MPI where there is none, or another; training by it: `reach/`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnspec
from nnspec.cli import main
from tests.conftest import ROOT
from tests.scripts import spec

SOURCE = spec(["dense(3, tanh)", "dense(1)"], more="epochs = 2")
#: Two processes, as Open MPI, MPICH and Slurm tell the second one of them.
STARTED = (
    {"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1"},
    {"PMI_SIZE": "2", "PMI_RANK": "1"},
    {"SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1"},
)
NAMES = {"SLURM_NTASKS", *(name for names in STARTED for name in names)}
LACKING = "raise ImportError(\"No module named 'mpi4py'\")\n"
#: The library of another MPI than that of mpirun finds each process alone.
OTHER = """from types import SimpleNamespace
MPI = SimpleNamespace(COMM_WORLD=SimpleNamespace(rank=0, size=1, Abort=exit))
import sys
sys.modules["mpi4py.MPI"] = MPI
"""


def run(
    folder: Path, mpi4py: str, started: dict[str, str], *words: str, ranks: int = 2
) -> subprocess.CompletedProcess[str]:
    """Train with an mpi4py of this text, as one of the processes that were started."""
    package = folder / "packages" / "mpi4py"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(mpi4py)
    (folder / "model.py").write_text(nnspec.compile(SOURCE, ranks=ranks), "utf-8")
    x = np.arange(60.0).reshape(10, 6)
    np.savez(folder / "data.npz", x_train=x, y_train=x[:, 0])
    others = {k: v for k, v in os.environ.items() if k not in NAMES}
    return subprocess.run(
        [sys.executable, "model.py", "--data", "data.npz", *words],
        cwd=folder,
        env=others | {"PYTHONPATH": str(package.parent)} | started,
        capture_output=True,
        text=True,
        check=False,
    )


#: What one process finds: alone, of mpirun -n 1, of srun -n 1, in a script of sbatch.
ALONE = (
    {},
    {"PMI_SIZE": "1", "PMI_RANK": "0"},
    {"SLURM_STEP_NUM_TASKS": "1", "SLURM_NTASKS": "4", "SLURM_PROCID": "0"},
    {"SLURM_NTASKS": "4", "SLURM_PROCID": "0"},
)


@pytest.mark.parametrize("started", ALONE)
def test_one_process_needs_numpy_alone(started: dict[str, str], tmp_path: Path) -> None:
    done = run(tmp_path, LACKING, started)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs" / "model" / "weights.npz").exists()


@pytest.mark.parametrize("started", STARTED)
def test_processes_without_mpi4py_say_so_once(
    started: dict[str, str], tmp_path: Path
) -> None:
    first = started | {name: "0" for name, value in started.items() if value == "1"}
    done = run(tmp_path, LACKING, first)
    assert done.returncode == 3
    assert done.stderr == (
        "error: MPI started 2 processes: No module named 'mpi4py'; "
        "`pip install mpi4py`, or start it without mpirun\n"
    )
    done = run(tmp_path, LACKING, started)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
    assert not (tmp_path / "runs").exists()


@pytest.mark.share(3)
@pytest.mark.parametrize("started", STARTED)
def test_a_script_for_one_process_says_that_it_is(
    started: dict[str, str], tmp_path: Path
) -> None:
    told = "each process trains alone; `nnspec compile --mpi N` shares one"
    for alone in ALONE:
        assert told not in run(tmp_path, LACKING, alone, "--force", ranks=0).stderr
    done = run(tmp_path, LACKING, started, ranks=0)
    assert done.returncode == 0, done.stderr
    assert told in done.stderr.splitlines()


@pytest.mark.parametrize("started", STARTED[1:])
def test_an_mpi4py_of_another_mpi(started: dict[str, str], tmp_path: Path) -> None:
    first = started | {name: "0" for name, value in started.items() if value == "1"}
    done = run(tmp_path, OTHER, first)
    assert done.returncode == 3
    assert done.stderr.startswith("error: of 2 processes, mpi4py finds 1: it is of")
    assert ("`srun --mpi=list`" in done.stderr) is ("SLURM_PROCID" in started)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_scripts_please_ruff_as_it_comes(command: list[str], tmp_path: Path) -> None:
    for name in ("mnist_512", "iris_folds", "keywords", "digits_siamese"):
        source = (ROOT / "examples" / f"{name}.nn").read_text("utf-8")
        (tmp_path / f"{name}.py").write_text(nnspec.compile(source, ranks=4), "utf-8")
    ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache"]
    done = subprocess.run(
        [*ruff, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_as_a_module_it_joins_nobody(tmp_path: Path) -> None:
    run(tmp_path, LACKING, {}, "--quiet")
    code = "import model; print(len(model.train()[1]), model.main(['gradcheck']))"
    done = subprocess.run(
        [sys.executable, "-c", code.replace("train()", "train(P)").replace(
            "import model;",
            "import model, numpy as np; x = np.eye(6); P = {'train': (x, x[0])};",
        )],
        cwd=tmp_path,
        env=os.environ | STARTED[1],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "2 0"


def test_what_a_script_was_compiled_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(SOURCE)
    assert main(["compile", "net.nn", "--mpi", "3"]) == 0
    text = Path("net.py").read_text("utf-8")
    assert "Compiled with --mpi 3\n" in text
    assert "mpirun -n 3 python net.py" in text
    assert main(["compile", "net.nn", "--mpi", "3", "--check"]) == 0
    capsys.readouterr()
    assert main(["compile", "net.nn", "--check"]) == 1
    told = capsys.readouterr().err
    assert "it was compiled with `--mpi 3`, not without" in told
    assert "or write `nnspec compile net.nn --mpi 3 --check`" in told
    assert main(["compile", "net.nn", "--mpi", "2", "-o", "other.py", "--check"]) == 1
    use = "write it: `nnspec compile net.nn --mpi 2 -o other.py`"
    assert use in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--mpi", "0"], "--mpi"),
        (["--mpi", "2", "--bare"], "leave out `--mpi` or `--bare`"),
        (["--mpi", "2", "--target", "keras"], "leave out `--mpi` or `--target`"),
    ],
)
def test_what_does_not_go_together(
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(SOURCE)
    assert main(["compile", "net.nn", *words]) == 2
    assert told in capsys.readouterr().err
