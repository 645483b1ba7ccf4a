"""Every code has a page, whose first spec has that fault and whose second has none."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

import nnspec
from nnspec import explain
from nnspec.analyze.warnings import _short
from nnspec.cli import main
from nnspec.compiler import Analysis, check, read
from nnspec.diagnostics import SpecError
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.training_entry import LossEntry
from tests import snapshots
from tests.test_diagnostics import SHOWN

CODES = explain.codes()
_SPECS = re.compile(r"^```(?:nn|text)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TABLES = re.compile(r"^```csv (\w+\.csv)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def specs(code: str) -> list[str]:
    """The specs of a page."""
    return _SPECS.findall(explain.page(code) or "")


def checked(text: str, code: str, folder: Path) -> Analysis:
    """What is found in a spec of a page, whose tables are there."""
    for name, table in _TABLES.findall(explain.page(code) or ""):
        (folder / name).write_text(table, encoding="utf-8")
    facts = FileReader(folder, lambda: None)
    return check(Source("net.nn", text), facts=facts)


def found(analysis: Analysis) -> set[str]:
    return {d.code for d in analysis.diagnostics}


def test_every_code_has_a_page() -> None:
    losses = [e for e in TABLE["loss"].values() if isinstance(e, LossEntry)]
    values = {f"softmax-with-{_short(e)}" for e in losses if e.outputs == "values"}
    assert set(CODES) == SHOWN | values


@pytest.mark.parametrize("code", CODES)
def test_a_page_begins_with_its_code_and_says_what_it_means(code: str) -> None:
    head, _, text = (explain.page(code) or "").partition("\n\n")
    assert head == f"# {code}"
    assert text.partition("\n\n")[0].endswith((".", "not."))


@pytest.mark.parametrize("code", CODES)
def test_the_last_spec_has_no_fault(code: str, tmp_path: Path) -> None:
    analysis = checked(specs(code)[-1], code, tmp_path)
    assert analysis.diagnostics == ()
    assert analysis.model is not None


@pytest.mark.parametrize(
    "code",
    sorted(
        {*CODES}
        - {"not-utf8", "unknown-let", "missing-training", "not-in-bare", "not-by-ranks"}
    ),
)
def test_the_first_spec_has_the_fault(code: str, tmp_path: Path) -> None:
    bad, _ = specs(code)
    assert code in found(checked(bad, code, tmp_path))


def test_faults_of_more_than_the_text() -> None:
    (utf8,) = specs("not-utf8")
    assert found(read("net.nn", utf8.encode("latin-1"))) == {"not-utf8"}
    (let,) = specs("unknown-let")
    assert found(check(Source("net.nn", let), {"hiden": 32})) == {"unknown-let"}
    assert found(check(Source("net.nn", let), {"hidden": 32})) == set()
    bad, good = specs("missing-training")
    with pytest.raises(SpecError) as error:
        nnspec.compile(bad)
    assert [d.code for d in error.value.diagnostics] == ["missing-training"]
    assert nnspec.compile(good)
    bad, good = specs("not-in-bare")
    assert nnspec.compile(bad)
    with pytest.raises(SpecError) as error:
        nnspec.compile(bad, bare=True)
    assert [d.code for d in error.value.diagnostics] == ["not-in-bare"]
    assert nnspec.compile(good, bare=True)
    bad, good = specs("not-by-ranks")
    assert nnspec.compile(bad)
    with pytest.raises(SpecError) as error:
        nnspec.compile(bad, ranks=2)
    assert [d.code for d in error.value.diagnostics] == ["not-by-ranks"]
    assert nnspec.compile(good, ranks=2)


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["explain", *arguments])
    return code, out.getvalue(), err.getvalue()


def test_the_command_shows_a_page() -> None:
    code, out, err = run("unknown-layer")
    assert (code, err) == (0, "")
    assert out.startswith("unknown-layer\n\nThere is no layer of this name.")
    assert "\n    network {\n      input(4)\n      Dense(16, relu)\n" in out
    assert "```" not in out


@pytest.mark.parametrize("written", ["error[unknown-layer]:", "UNKNOWN_LAYER"])
def test_a_code_may_be_copied_with_what_is_around_it(written: str) -> None:
    assert run(written) == run("unknown-layer")


def test_the_command_lists_all_codes() -> None:
    assert run() == (0, "".join(f"{code}\n" for code in CODES), "")


def test_a_code_that_there_is_not() -> None:
    assert run("unknown-layr") == (
        2,
        "",
        "error: no error and no warning has the code `unknown-layr`\n"
        "  = help: did you mean `unknown-layer`?\n",
    )


def test_the_page_of_the_docs_holds_them_all() -> None:
    shown = snapshots.ERRORS.read_text(encoding="utf-8")
    assert shown == explain.markdown(), "stale: run `make golden`"
