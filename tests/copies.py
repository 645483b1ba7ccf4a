"""Copies of nnspec with other text in some places: a defect, or a new operation.

The checkout stays as it is. What runs in a copy takes everything from there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

#: What compiling and testing need.
_NEEDED = """
CHANGELOG.md README.md docs examples grammar nnspec pyproject.toml templates tests
""".split()
_running: set[subprocess.Popen[str]] = set()


class Misplaced(Exception):
    """Text that is not in its file exactly once."""


@dataclass(frozen=True)
class Copy:
    """A copy of the checkout in a folder of its own."""

    root: Path

    @classmethod
    def make(cls, folder: Path) -> Copy:
        """Copy what is needed to a new folder."""
        left_out = shutil.ignore_patterns("__pycache__", "runs")
        folder.mkdir(parents=True)
        for name in _NEEDED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=left_out)
            else:
                shutil.copy2(source, folder)
        return cls(folder)

    def replace(self, file: str, old: str, new: str) -> None:
        """Put `new` in the place of `old`, which must be in the file exactly once."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise Misplaced(f"{file} has this {text.count(old)} times, not once: {old}")
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(
        self, *command: str, python: str = sys.executable, seconds: float = 600
    ) -> subprocess.CompletedProcess[str]:
        """Run `python COMMAND` in the copy; raises `subprocess.TimeoutExpired`.

        With its time, what the command has started itself is over, too.
        """
        process = subprocess.Popen(
            [python, *command],
            cwd=self.root,
            env=os.environ
            | {
                "PYTHONPATH": str(self.root),
                "XDG_CACHE_HOME": str(self.root / "cache"),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        _running.add(process)
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        finally:
            _running.discard(process)
        return subprocess.CompletedProcess(command, process.returncode, out, err)


def stop() -> None:
    """End all commands that run in copies."""
    for process in list(_running):
        os.killpg(process.pid, signal.SIGKILL)
