"""What README.md and other pages show is true: their specs, excerpts and commands.

The first word after the ``` of a block says what it is, and the rest what to do:

- `nn`: a spec, if it has a network, and without errors or warnings. `nn error` is one
  that has errors, and `nn warning` one that has warnings alone; a block
  `text` that comes next is what is told of it.
- `nn FILE`, `csv FILE`: is there as that file when the commands run, and a table when
  the specs of the page are checked.
- `python examples/FILE`, `nn examples/FILE`: a part of that file, line by line; `# ...`
  leaves some out.
- `text nnspec ...`: what this command prints in a folder of the examples, but for the
  digits of its numbers; `...` leaves lines out.
- `sh test`: commands to be run in a fresh folder, in their order.
- `sh fails`: such ones, each of which has to fail.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from nnspec import report
from nnspec.compiler import check
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from tests.conftest import ROOT

_FENCE = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^):#]+)(?:#[^)]*)?\)")
_HAS_NETWORK = re.compile(r"^network\b", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    kind: str
    note: str
    text: str


def pages() -> list[Path]:
    """Every page for users."""
    folders = ("docs", "examples")
    below = [page for folder in folders for page in (ROOT / folder).rglob("*.md")]
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(below)]


def blocks(*kinds: str) -> list[Block]:
    """All blocks of these kinds."""
    return [
        Block(
            str(page.relative_to(ROOT)),
            text.count("\n", 0, found.start()) + 1,
            found[1],
            found[2] or "",
            found[3],
        )
        for page in pages()
        for text in [page.read_text(encoding="utf-8")]
        for found in _FENCE.finditer(text)
        if found[1] in kinds
    ]


def place(block: Block) -> str:
    """Where a block stands."""
    return f"{block.page}:{block.line}"


TOLD = [
    (spec, message)
    for spec, message in pairwise(blocks("nn", "text"))
    if spec.note in ("error", "warning")
    and (message.kind, spec.page) == ("text", message.page)
]
#: What this page shows is there only once it has been done: see test_extending.py.
EXTENDING = "docs/extending.md"
SPECS = [
    block
    for block in blocks("nn")
    if _HAS_NETWORK.search(block.text) and block.page != EXTENDING
]
PRINTED = [block for block in blocks("text") if block.note.startswith("nnspec ")]
EXCERPTS = [
    b
    for b in blocks("python", "nn")
    if b.note.startswith("examples/") and b.page != EXTENDING
]
PAGES = {block.page for block in blocks("sh") if block.note == "test"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.share(3)
@pytest.mark.parametrize("block", SPECS, ids=place)
def test_a_spec_is_sound(block: Block, tmp_path: Path) -> None:
    for table in blocks("csv"):
        if table.page == block.page and table.note:
            (tmp_path / table.note).write_text(table.text, encoding="utf-8")
    facts = FileReader(tmp_path, lambda: None)
    analysis = check(Source("example.nn", block.text), facts=facts)
    if block.note == "error":
        assert analysis.model is None
    elif block.note == "warning":
        assert analysis.model is not None
        assert analysis.diagnostics
    else:
        assert analysis.diagnostics == ()


@pytest.mark.parametrize(("spec", "message"), TOLD, ids=place)
def test_an_error_is_told_as_shown(spec: Block, message: Block) -> None:
    analysis = check(Source("example.nn", spec.text))
    assert report.text(analysis.source, analysis.diagnostics) == message.text


@pytest.mark.parametrize("block", EXCERPTS, ids=place)
def test_an_excerpt_is_of_its_script(block: Block) -> None:
    script = (ROOT / block.note).read_text(encoding="utf-8")
    start = 0
    for part in re.split(r"^ *# \.\.\.\n", block.text, flags=re.MULTILINE):
        assert part in script[start:], f"{place(block)}: not in {block.note}:\n{part}"
        start = script.index(part, start) + len(part)


def without_digits(text: str) -> str:
    """A text with one sign for each number, whatever its digits and width."""
    return re.sub(r" *-?\d[\d,.]*(e-\d+)?", " #", text)


def run_shell(commands: str, folder: Path) -> str:
    """What these commands print in a folder; each of them has to succeed."""
    programs = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", commands],
        cwd=folder,
        env=os.environ
        | {
            "PATH": os.pathsep.join([programs, os.environ["PATH"]]),
            "XDG_CACHE_HOME": str(folder / "cache"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def failing(text: str) -> str:
    """Commands that end the page unless each of them fails."""
    return "".join(f"! {line} || exit 99\n" for line in text.splitlines())


@pytest.mark.share(9)
@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_commands_of_a_page_work(page: str, tmp_path: Path) -> None:
    for block in blocks("nn", "csv"):
        if block.page == page and re.fullmatch(r"\w+\.(nn|csv)", block.note):
            (tmp_path / block.note).write_text(block.text, encoding="utf-8")
    commands = [
        block.text if block.note == "test" else failing(block.text)
        for block in blocks("sh")
        if block.page == page and block.note in ("test", "fails")
    ]
    run_shell("".join(commands), tmp_path)


@pytest.mark.parametrize("block", PRINTED, ids=place)
def test_a_command_prints_what_is_shown(block: Block, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path, dirs_exist_ok=True)
    told = without_digits(run_shell(block.note, tmp_path))
    start = 0
    for part in map(without_digits, block.text.split("...\n")):
        assert part in told[start:], f"{place(block)}: not printed:\n{part}\n{told}"
        start = told.index(part, start) + len(part)


def test_the_curves_of_the_digits_are_drawn_as_they_are_now(tmp_path: Path) -> None:
    run_shell(f"python {ROOT / 'examples/digits.py'} --out {tmp_path}", tmp_path)
    drawn = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    shown = (ROOT / "docs/digits/curves.svg").read_text(encoding="utf-8")
    assert without_digits(drawn) == without_digits(shown)


def test_scripts_are_as_long_as_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"([\d,]+) to ([\d,]+) lines hold the network", readme)
    assert found
    shortest, longest = (int(text.replace(",", "")) for text in found.groups())
    scripts = [spec.with_suffix(".py") for spec in (ROOT / "examples").glob("*.nn")]
    lengths = [len(script.read_text("utf-8").splitlines()) for script in scripts]
    assert shortest <= min(lengths) < shortest + 300
    assert longest - 300 < max(lengths) <= longest
