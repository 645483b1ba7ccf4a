"""A folder, specs and streams for each test of the command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nnspec import compiler
from nnspec.origin import Origin
from nnspec.targets.seal import seal
from tests.cli.harness import SPEC, write


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has a folder of its own for specs, and one for the cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for variable in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def spec() -> Path:
    return write("net.nn", SPEC)


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give `main` a text on standard input."""

    def give(text: str) -> None:
        stream = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stream)

    return give


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The spec folders that `compiler.script` is told, in place of a script."""
    told: list[str] = []

    def script(analysis: object, origin: Origin, cache: object = None) -> str:
        told.append(origin.folder)
        return seal("print()\n")

    monkeypatch.setattr(compiler, "script", script)
    return told
