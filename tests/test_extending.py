"""docs/extending.md adds an operation: what it says is done to a copy, and works there.

`python FOLDER/FILE` adds lines to a file, between its first line, which is there, and
`# ...`, which stands for the others. Without these it is a new file, as is
`jinja FOLDER/FILE`. `nn FILE` and
`python FILE` are a spec and lines of its script, and `text NAME` is what `nnspec layers
NAME` shows.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.copies import Copy
from tests.test_docs import EXTENDING, Block, blocks

BLOCKS = [b for b in blocks("python", "jinja", "nn", "text") if b.page == EXTENDING]
ADDED = [b for b in BLOCKS if "/" in b.note]


def only(kind: str) -> Block:
    """The one block of a kind that is not added to nnspec."""
    (block,) = [b for b in BLOCKS if b.kind == kind and b.note and b not in ADDED]
    return block


def extend(folder: Path) -> Copy:
    """A copy with what the page adds."""
    copy = Copy.make(folder)
    for block in ADDED:
        lines, others, rest = block.text.partition("    # ...\n")
        if others:
            first, *_ = lines.splitlines(keepends=True)
            assert rest in (")\n", "}\n")
            copy.replace(block.note, first, lines)
        else:
            assert not (copy.root / block.note).exists()
            (copy.root / block.note).write_text(block.text, encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return extend(tmp_path_factory.mktemp("extending") / "copy")


def passed(done: subprocess.CompletedProcess[str]) -> str:
    """What a command printed; it must end well."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_operation_is_an_entry_a_template_and_cases() -> None:
    folders = [block.note.partition("/")[0] for block in ADDED]
    assert folders == ["nnspec", "templates", "tests", "tests", "nnspec", "templates"]


def test_it_is_shown(copy: Copy) -> None:
    shown = only("text")
    assert passed(copy.run("-m", "nnspec", "layers", shown.note)) == shown.text


def test_its_script_is_as_the_page_shows_it(copy: Copy) -> None:
    spec, lines = only("nn"), only("python")
    (copy.root / spec.note).write_text(spec.text, encoding="utf-8")
    passed(copy.run("-m", "nnspec", "compile", spec.note))
    assert lines.text in (copy.root / lines.note).read_text(encoding="utf-8")
    passed(copy.run(lines.note, "gradcheck"))
    passed(copy.run(lines.note, "--epochs", "1", "--quiet"))


def test_scripts_of_keras_have_its_function(copy: Copy) -> None:
    spec = only("nn")
    (copy.root / spec.note).write_text(spec.text, encoding="utf-8")
    command = ("compile", spec.note, "--target", "keras", "-o", "keras_unit.py")
    passed(copy.run("-m", "nnspec", *command))
    text = (copy.root / "keras_unit.py").read_text(encoding="utf-8")
    assert "partial(isru, alpha=0.5)" in text
    assert "def isru(x, alpha=1.0):" in text


@pytest.mark.thorough
def test_all_else_follows_from_the_table(copy: Copy) -> None:
    """The tests pass, after `make golden` has written the reference."""
    stale = "tests/test_reference_doc.py::test_the_reference_is_that_of_the_table"
    assert copy.run("-m", "pytest", stale).returncode == 1
    renew = "from tests import snapshots; snapshots.renew()"
    assert passed(copy.run("-c", renew)).split() == ["language.md"]
    name = only("text").note
    passed(copy.run("-m", "pytest", stale, "tests/test_completeness.py"))
    over_all = ["tests/test_network_scripts.py", "tests/test_reference.py"]
    ran = passed(copy.run("-m", "pytest", "-vv", "-k", name, *over_all))
    assert ran.count(f"test_derivatives_and_shapes[{name}") == 6
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *command, "nnspec", "tests/cases.py"],
            cwd=copy.root,
            capture_output=True,
            text=True,
            check=False,
        )
        passed(done)
    assert name not in (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
