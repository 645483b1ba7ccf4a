"""Plants a mutant in a copy of nnspec, and lets the tests look for it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nnspec
from tests.conftest import ROOT
from tests.copies import Copy, Misplaced
from tests.mutants import verdict
from tests.mutants.mutant import Mutant

#: Where Keras is.
PARITY = ROOT / ".venv-parity" / "bin" / "python"
#: Where other libraries are.
REACH = ROOT / ".venv-reach" / "bin" / "python"
#: For one mutant, from its copy to its tests.
SECONDS = 180.0

FOUND, SURVIVED, UNSOUND = "found", "SURVIVED", "UNSOUND"


@dataclass(frozen=True)
class Outcome:
    """Whether a mutant was found, by which test or why not, and in how many seconds."""

    verdict: str
    note: str
    seconds: float = 0.0


class Unsound(Exception):
    """A mutant that is no silent defect, or tests that crash in place of telling."""


def hunt(mutant: Mutant, folder: Path) -> Outcome:
    """Plant a mutant in a new folder, and run its tests there."""
    began = time.monotonic()
    try:
        copy = Copy.make(folder)
        for edit in mutant.edits:
            copy.replace(edit.file, edit.old, edit.new)
        if mutant.spec:
            prove_silent(copy, mutant.spec, mutant.ranks)
        found = look(copy, mutant.tests, SECONDS - (time.monotonic() - began))
        told, note = (FOUND, found) if found else (SURVIVED, "no test has failed")
    except (Misplaced, Unsound) as error:
        told, note = UNSOUND, str(error)
    except subprocess.TimeoutExpired:
        told, note = UNSOUND, f"not done after {SECONDS:.0f} seconds"
    finally:
        shutil.rmtree(folder)
    return Outcome(told, note, time.monotonic() - began)


def prove_silent(copy: Copy, spec: str, ranks: int) -> None:
    """Raise `Unsound` unless the spec's script is another one, and runs to its end."""
    (copy.root / "model.nn").write_text(spec, encoding="utf-8")
    words = ["--mpi", str(ranks)] * (ranks > 0)
    done = copy.run("-m", "nnspec", "compile", "model.nn", *words, seconds=SECONDS)
    if done.returncode:
        raise Unsound(f"the spec does not compile: {last_line(done)}")
    sound = nnspec.compile(spec, "model.nn", ranks=ranks)
    if (copy.root / "model.py").read_text("utf-8") == sound:
        raise Unsound("the spec has the same script as without the defect")
    for arguments, codes in (
        ("train --epochs 1 --quiet --out trained", [0]),
        ("gradcheck", [0, 1]),  # it may find the defect
    ):
        done = copy.run("model.py", *arguments.split(), seconds=SECONDS)
        if done.returncode not in codes or "Traceback" in done.stderr:
            raise Unsound(f"the script cannot {arguments}: {last_line(done)}")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The end of what a command had to say."""
    return (done.stderr.strip() or done.stdout.strip()).rpartition("\n")[2]


def look(copy: Copy, tests: Iterable[str], seconds: float) -> str:
    """The test that has found a defect in a copy, or an empty text.

    Raises `Unsound` if one fails in another way than by an assertion of its own.
    """
    for python, names in by_python(tests).items():
        _, failed = run_tests(copy, python, ["-x", *names], seconds)
        for test, asserted in failed.items():
            if not asserted:
                raise Unsound(f"{test} crashes, rather than telling")
            return test
    return ""


def by_python(tests: Iterable[str]) -> dict[str, list[str]]:
    """The tests for this Python, for that of Keras, and for that of other libraries."""
    others = {"parity": str(PARITY), "reach": str(REACH)}
    found: dict[str, list[str]] = {}
    for test in tests:
        python = others.get(test.split("/")[1], sys.executable)
        found.setdefault(python, []).append(test)
    return found


def run_tests(
    copy: Copy, python: str, arguments: list[str], seconds: float
) -> tuple[int, dict[str, bool]]:
    """How many tests pass in a copy, and for each that fails whether it asserted.

    Raises `Unsound` where none ran.
    """
    file = copy.root / verdict.FILE
    file.unlink(missing_ok=True)
    plugin = ["-p", verdict.__name__, "-p", "no:cacheprovider"]
    done = copy.run("-m", "pytest", *plugin, *arguments, python=python, seconds=seconds)
    told = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if done.returncode not in (0, 1) or not (told["passed"] or told["failed"]):
        lines = done.stdout.splitlines() + done.stderr.splitlines()
        raise Unsound(f"the tests do not run: {' '.join(lines[-3:])}")
    return told["passed"], told["failed"]
