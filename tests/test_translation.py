"""The page for those who come from Keras or PyTorch: what it translates to is sound."""

from __future__ import annotations

import re

import pytest

from nnspec.compiler import check
from nnspec.source import Source
from nnspec.table import TABLE
from tests.conftest import ROOT
from tests.test_helps import is_sound

PAGE = (ROOT / "docs" / "from-keras-and-pytorch.md").read_text(encoding="utf-8")
#: The part on graphs, whose lines mean something within a network only.
GRAPHS = PAGE[PAGE.index("## Graphs") : PAGE.index("## Losses")]


def written_in(page: str) -> list[str]:
    """What the last columns of a page's tables have."""
    lines = (line for line in page.splitlines() if line[:2] == "| ")
    rows = (line.strip("|").split(" | ") for line in lines)
    return [code for row in rows for code in re.findall("`([^`]+)`", row[-1])]


WRITTEN = written_in(PAGE.replace(GRAPHS, ""))
#: What a page says in place of a number, or of all arguments.
LEFT_OPEN = {"dense(n": "dense(3", "permute(...)": "permute(2, 1)"}
VALUES = [w for w in WRITTEN if re.match(r"[a-z]\w*(\(.*\))?$", w)]
SETTINGS = [w for w in WRITTEN if re.match(r"[a-z]\w* = ", w)]


def test_the_page_has_what_is_tested() -> None:
    assert len(VALUES) > 35
    assert len(SETTINGS) > 5
    files = ("nnspec ", "python ", "--data", "npz(", "history.csv", "curves", "weights")
    rest = [w for w in WRITTEN if w not in VALUES + SETTINGS]
    assert [w for w in rest if not w.startswith(files)] == []


@pytest.mark.parametrize(
    "written", [v for v in VALUES if v != "gradcheck" and "FILE" not in v]
)
def test_a_name_and_its_arguments_are_of_the_language(written: str) -> None:
    for open_part, filled in LEFT_OPEN.items():
        written = written.replace(open_part, filled)
    name = written.partition("(")[0]
    categories = [category for category in TABLE if name in TABLE[category]]
    assert any(is_sound(category, written) for category in categories), written


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_can_be_set(setting: str) -> None:
    network = "network {\ninput(2)\ndense(1)\n}\n"
    text = f"{network}training {{\nloss = mse\n{setting}\n}}\n"
    assert check(Source("page.nn", text)).diagnostics == ()


@pytest.mark.parametrize("line", [w for w in written_in(GRAPHS) if "..." not in w])
def test_a_line_of_a_graph_can_stand_in_one(line: str) -> None:
    inputs = [] if line.startswith("input") else ["a", "b"]
    values = [f"dense(4) from x as {name}" for name in ("skip", "gate", *inputs)]
    text = "\n".join(["network {", "input(4) as x", *values, line, "}"])
    told = {finding.code for finding in check(Source("page.nn", text)).diagnostics}
    assert told <= {"unused-value"}
