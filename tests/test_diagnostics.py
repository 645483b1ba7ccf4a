"""Every diagnostic has a file that shows it; see tests/snapshots.py."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnspec.compiler import check, read
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from nnspec.table import TABLE
from tests import snapshots
from tests.conftest import ROOT
from tests.fixes import all_applied

_TOLD = re.compile(rb"^(?:error|warning)\[([a-z0-9-]+)\]: ", re.MULTILINE)
_EXPECTED = {
    path.name: path.read_bytes().partition(b"$ nnspec ")[2]
    for path in snapshots.DIAGNOSTICS
}


def codes() -> Iterator[str]:
    """Every code of the package, those that are put together as regular expressions."""
    for path in (ROOT / "nnspec").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from filter(None, map(_pattern, _written_codes(node)))


def _written_codes(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else name
    if name in ("error", "warning", "Diagnostic") and call.args:
        yield call.args[0]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "code")


def _pattern(code: ast.expr) -> str:
    """What the code can be; nothing for one that is passed on."""
    match code:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_pattern(part) or "[a-z_]+" for part in parts)
        case ast.BinOp(left=left):
            return f"{_pattern(left)}[a-z_]+"
    return ""


def told(name: str) -> set[str]:
    """The codes that a file shows."""
    return {code.decode() for code in _TOLD.findall(_EXPECTED[name])}


def about(name: str) -> str:
    """The code that a file is about."""
    return name.partition(".")[0]


SHOWN = set(map(about, _EXPECTED))


@pytest.mark.parametrize("pattern", sorted(set(codes())))
def test_every_code_has_a_file(pattern: str) -> None:
    assert any(re.fullmatch(pattern, code) for code in SHOWN)


def test_every_category_of_names_has_a_file() -> None:
    assert {f"unknown-{category}" for category in TABLE} <= SHOWN


@pytest.mark.parametrize("name", _EXPECTED)
def test_a_file_shows_its_code(name: str) -> None:
    assert about(name) in told(name)


@pytest.mark.parametrize("path", snapshots.DIAGNOSTICS, ids=lambda path: path.name)
def test_it_is_told_as_shown(path: Path) -> None:
    assert snapshots.diagnosed(path).decode(errors="replace") == (
        path.read_bytes().decode(errors="replace")
    )


@pytest.mark.share(3)
@pytest.mark.parametrize("path", snapshots.DIAGNOSTICS, ids=lambda path: path.name)
def test_a_fix_ends_what_it_is_for(path: Path, tmp_path: Path) -> None:
    """Each help that a program can apply, by itself, as it is told."""
    spec = path.read_bytes().partition(b"$ nnspec ")[0]
    facts = FileReader(tmp_path, lambda: None)
    if (table := path.with_suffix(".csv")).exists():
        shutil.copy(table, tmp_path / "data.csv")
    analysis = read("net.nn", spec, facts=facts)
    before = Counter((d.code, d.message) for d in analysis.diagnostics)
    for finding in analysis.diagnostics:
        if finding.fix:
            fixed = all_applied(analysis.source, [finding])
            left = check(Source("net.nn", fixed), facts=facts).diagnostics
            after = Counter((d.code, d.message) for d in left)
            told = finding.code, finding.message
            assert after[told] < before[told], finding.help
