"""Names of a spec that mean something to Python, to the scripts or to nnspec."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nnspec import compiler
from nnspec.targets.templates import _KNOWN, _names
from tests.conftest import ROOT

SPEC = """
model NAME
data {
  csv("NAME", target="NAME", features=["NAME_", "'NAME.'", "#NAME"], missing=["NAME"])
  one_hot(columns=["NAME_"])
}
network {
  input(3)
  dense(4) as NAME
  relu
  dense(3, softmax) as NAME_
}
training {
  loss = sparse_categorical_crossentropy
  csv_logger("NAME")
  checkpoint("NAME.npz")
}
"""
MODULES = [line.split()[-1] for line in _KNOWN]
CONSTANTS = ["SPEC_FOLDER", "ARRAYS", "INPUT_SHAPE", "OUTPUT_SHAPE", "ZEROS"]


def compiled(name: str, folder: str = ".") -> str:
    """The script of a spec full of this name."""
    return compiler.compile(
        SPEC.replace("NAME", name), f"{name}.nn", spec_folder=f"{folder}/{name}"
    )


def top(text: str) -> list[str]:
    """What a script imports, and the names of its first constants."""
    lines = text.split('"""')[2].partition("\nSHAPES")[0].splitlines()
    return [line.split(" = ")[0] for line in lines if line[:1].isalpha()]


@pytest.mark.share(7)
@pytest.mark.parametrize("name", [*MODULES, *CONSTANTS])
def test_a_name_in_a_string_or_of_a_layer_imports_nothing(
    name: str, tmp_path: Path
) -> None:
    assert top(compiled(name)) == top(compiled("q" * len(name)))
    (tmp_path / "script.py").write_text(compiled(name), "utf-8")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    done = subprocess.run([*ruff, str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.parametrize("script", sorted(ROOT.glob("examples/*.py")), ids=str)
def test_all_names_of_a_script_are_found(script: Path) -> None:
    """Python itself says which names the code of a script has."""
    text = """x = f"{a.b} \\" {c}" + "d" + 'e "f" g' + f'{h}'  # i\n"""
    text += '"""j " k"""\nl'
    assert {name.rstrip(".") for name in _names(text)} == {*"xfachl"}
