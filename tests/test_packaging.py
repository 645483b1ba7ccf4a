"""A wheel, an sdist and an editable checkout, each in a venv of its own, alike."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import nnspec
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "iris.nn"


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; it sees nothing of the checkout but by what it is told."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel and an sdist of the checkout."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)]
    run(*build, "--wheel", "--sdist", ROOT, cwd=out)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def install(folder: Path, *what: str | Path) -> Path:
    """A new venv with nnspec, whose dependencies are those of the tests."""
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # A folder named in a .pth file is searched, but its own .pth files are not read:
    # an editable nnspec of the tests' environment stays out of sight.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    run(*pip, "--no-deps", "--no-build-isolation", "--no-index", *what, cwd=folder)
    return folder / "bin"


@pytest.mark.thorough
def test_the_same_script_however_it_is_installed(
    built: dict[str, Path], tmp_path: Path
) -> None:
    ways: dict[str, list[str | Path]] = {way: [file] for way, file in built.items()}
    ways["editable"] = ["--editable", ROOT]
    expected = nnspec.compile(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name)
    for way, what in ways.items():
        programs = install(tmp_path / way, *what)
        where = "import nnspec; print(nnspec.__file__)"
        home = run(programs / "python", "-c", where, cwd=tmp_path)
        inside = Path(home).is_relative_to(tmp_path / way)
        assert inside == (way != "editable"), f"{way}: nnspec comes from {home}"
        spec = tmp_path / way / EXAMPLE.name
        spec.write_bytes(EXAMPLE.read_bytes())
        script = run(programs / "nnspec", "compile", spec, "-o", "-", cwd=tmp_path)
        assert script == expected, way
        assert "iris" in run(programs / "nnspec", "init", "--list", cwd=tmp_path), way


def test_the_wheel_holds_what_running_needs(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as wheel:
        names = set(wheel.namelist())
    for folder in ("grammar", "templates", "examples"):
        for file in committed(folder):
            assert f"nnspec/{file}" in names
    assert [name for name in names if name.endswith("/share/man/man1/nnspec.1")]
    assert not [name for name in names if name.startswith("tests")]
    assert not [name for name in names if "__pycache__" in name]


def test_the_sdist_holds_what_building_and_testing_need(built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for folder in ("nnspec", "grammar", "templates", "examples", "tests", "docs"):
        assert {*committed(folder)} <= names
    assert {"README.md", "LICENSE", "CHANGELOG.md", "Makefile"} <= names


def committed(folder: str) -> list[str]:
    """The files below a folder of the checkout, without what running leaves there."""
    return [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", "runs"} & {*path.parts}
    ]
