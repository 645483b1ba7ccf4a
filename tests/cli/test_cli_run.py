"""`nnspec run`: where the script is, and what reaches it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nnspec.cli import main
from nnspec.commands import run
from tests.cli.harness import (
    SPEC,
    nnspec,
    process,
    write,
)

CHILD = """
import os, sys
print(sys.argv[1:], os.getcwd())
print("to stderr", file=sys.stderr)
sys.exit(7)
"""
SLEEPER = """
import sys, time
try:
    print("up", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("down", flush=True)
    sys.exit(130)
"""


def running(script: str, *arguments: str) -> subprocess.Popen[str]:
    """`nnspec run` in a process of its own, with a script in place of the compiled."""
    program = (
        "import sys\n"
        "from nnspec import compiler\n"
        f"compiler.script = lambda *_: {script!r}\n"
        "from nnspec.cli import main\n"
        f"sys.exit(main(['run', *{list(arguments)!r}]))\n"
    )
    return process(sys.executable, "-c", program, stdin=subprocess.PIPE)


def test_run_gives_the_script_its_arguments(spec: Path) -> None:
    arguments = ["--set", "hidden=5", "net.nn", "--epochs", "2", "-o", "--set", "--"]
    started = running(CHILD, *arguments)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 7
    expected = f"{['--epochs', '2', '-o', '--set', '--']} {os.getcwd()}\n"
    assert (out, err) == (expected, "to stderr\n")


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_run_keeps_no_option_from_the_script(spec: Path, option: str) -> None:
    out, _ = running(CHILD, "net.nn", option).communicate(timeout=60)
    assert out.startswith(f"['{option}'] ")


def test_run_from_standard_input() -> None:
    started = running(CHILD, "-", "evaluate")
    out, _ = started.communicate(SPEC, timeout=60)
    assert started.returncode == 7
    assert out.startswith("['evaluate'] ")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_run_passes_an_interrupt_on(spec: Path) -> None:
    started = running(SLEEPER, "net.nn")
    assert started.stdout is not None
    assert started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out, err) == (130, "down\n", "")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that `run` would execute."""
    told: list[list[str]] = []

    def execute(command: list[str]) -> int:
        told.append(command)
        return 0

    monkeypatch.setattr(run, "_execute", execute)
    return told


def test_run_keeps_scripts_in_the_cache(
    spec: Path, ways: list[str], commands: list[list[str]], tmp_path: Path
) -> None:
    Path("sub").mkdir()
    write("sub/net.nn", SPEC)
    runs = ["net.nn", "./net.nn", "sub/net.nn", "--set hidden=5 net.nn"]
    for arguments in runs:
        assert main(["run", *arguments.split()]) == 0
    first, again, other, changed = (Path(command[1]) for command in commands)
    assert first == again
    assert len({first, other, changed}) == 3
    assert first.name == "net.py"
    assert first.parent.parent == tmp_path / "cache" / "nnspec" / "scripts"
    assert ways == [".", ".", "sub", "."]  # as from here


def test_run_without_a_cache_folder(
    spec: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(Path("home").resolve()))
    assert main(["run", "net.nn"]) == 0
    assert Path(commands[0][1]).is_relative_to(Path("home").resolve() / ".cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec.resolve()))
    assert main(["run", "net.nn"]) == 3


@pytest.mark.parametrize(
    ("folder", "spec_name", "shown"),
    [
        (".", "net.nn", "cells.csv"),
        ("sub", "../net.nn", "../cells.csv"),
        ("..", "work/net.nn", "work/cells.csv"),
    ],
)
def test_faults_of_data_name_the_file_as_from_here(
    folder: str, spec_name: str, shown: str
) -> None:
    data = 'data { csv("cells.csv", target="kind") }'
    write("net.nn", SPEC.replace("data { blobs(samples=20) }", data))
    write("cells.csv", "a,b,kind\n1,2,x\n3,none,y\n")
    Path("sub").mkdir()
    code, _, err = nnspec("run", spec_name, cwd=folder)
    assert code == 3
    assert err.startswith(f"error[missing-value]: {shown}, line 3, column `b`: ")
    assert "cache" not in err


def test_a_wrong_use_of_the_script_is_one_of_run(spec: Path) -> None:
    code, _, err = nnspec("run", "net.nn", "train", "--epoch", "x")
    assert code == 2
    assert err.startswith("usage: nnspec run net.nn train ")


def test_a_compiled_script_runs(spec: Path) -> None:
    code, _, err = nnspec("run", "net.nn", "--quiet", "--out", "out")
    assert (code, err) == (0, "")
    assert Path("out/weights.npz").exists()


def test_the_lines_at_the_end_have_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my net.nn").write_text(f"let units = 2\n{SPEC}")
    done = subprocess.run(
        [sys.executable, "-m", "nnspec", "run", "--set", "units=3", "my net.nn"],
        capture_output=True,
        text=True,
        check=False,
    )
    again = "nnspec run --set units=3 'my net.nn' --resume --epochs "
    assert again in done.stderr, done.stderr
