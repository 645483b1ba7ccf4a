"""Small tables with what published ones have: what is told, and what is learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnspec.compiler import Analysis, check
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from tests.data.section import binary, classes, load, values

SORTED = "a,y\n" + "".join(f"{i * i},{i // 7}\n" for i in range(21))
COUNTED = ",a,y\n" + "".join(
    f"{i},{i * 7 % 11},{'no' if i < 50 else 'yes'}\n" for i in range(100)
)
REVIEWS = "review,sentiment\n" + "nice film,pos\nbad film,neg\n" * 3
TEXTS = "n,text,y\n0,good film,0\n1,bad film,1\n"
MIXED = "a,b,y\n3,1,0\n5+,2,1\n-,,0\n"
UNITS = "a,b,y\n(m),(s),\n5,7,0\n6,8,1\n"


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def checked(text: str, spec: str, folder: Path) -> Analysis:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return check(Source("spec.nn", spec), facts=FileReader(folder, lambda: None))


@pytest.mark.parametrize(
    ("text", "spec", "code", "help"),
    [
        (
            SORTED,
            classes('csv("t.csv", target="y")\nsplit(test=0.3)', "1"),
            "missing-class",
            "write `stratify=true` in `split`",
        ),
        (
            COUNTED,
            binary('csv("t.csv", target="y")'),
            "counting-column",
            'leave the column out: `drop=[""]` in `csv`',
        ),
        (
            REVIEWS,
            binary('csv("t.csv", target=1, features=[0])\nbag_of_words(10)', "10"),
            "labels-and-units",
            "if the first row holds the names, write `header=true` in `csv`",
        ),
        (
            "sep=;\na;b;y\n1;2;0\n3;4;1\n",
            binary('csv("t.csv", target="y")'),
            "unreadable-data",
            "if it is a title, write skip=1 in csv()",
        ),
        (
            TEXTS,
            binary('csv("t.csv", target="y")\nbag_of_words(10)', "10"),
            "several-texts",
            'name the one with the texts: `features=["text"]`',
        ),
        (
            MIXED,
            binary('csv("t.csv", target="y")\nimpute(median)'),
            "odd-cell",
            '`one_hot(["a"])` takes all values of the column for texts',
        ),
        (
            "A,B,Y\n5,7,0\n6,8,1\n",
            binary('csv("t.csv", target="y")'),
            "unknown-column",
            "did you mean `Y`?",
        ),
        (
            "a,y\n5,1\n6,1\n",
            binary('csv("t.csv", target="y")', "1"),
            "one-class",
            "take rows of other classes, too",
        ),
        (
            "d,y\n2020-01-17,1\n2020-01-18,2\n2020-01-19,3\n",
            values('csv("t.csv", target="y")', "1"),
            "texts-of-numbers",
            '`dates(["d"])` makes features of dates',
        ),
    ],
)
def test_what_is_told(
    tmp_path: Path, text: str, spec: str, code: str, help: str
) -> None:
    (found,) = checked(text, spec, tmp_path).diagnostics
    assert (found.code, str(found.help)) == (code, help)


@pytest.mark.parametrize(
    ("text", "spec", "x", "y"),
    [
        (
            COUNTED,
            binary('csv("t.csv", target="y", drop=[""])', "1"),
            [[0], [7], [3]],
            [[0], [0], [0]],
        ),
        (
            REVIEWS,
            binary('csv("t.csv", target=1, header=true)\none_hot()'),
            [[0, 1], [1, 0], [0, 1]],
            [[1], [0], [1]],
        ),
        (
            "sep=;\na;b;y\n1;2;0\n3;4;1\n5;6;1\n",
            binary('csv("t.csv", target="y", skip=1)'),
            [[1, 2], [3, 4], [5, 6]],
            [[0], [1], [1]],
        ),
        (
            MIXED,
            binary('csv("t.csv", target="y")\nimpute(0)\none_hot(["a"])', "4"),
            [[0, 1, 0, 1], [0, 0, 1, 2], [1, 0, 0, 0]],
            [[0], [1], [0]],
        ),
        (
            UNITS.replace("(m)", "").replace("(s)", "") + "7,9,1\n",
            binary('csv("t.csv", target="y")'),
            [[5, 7], [6, 8], [7, 9]],
            [[0], [1], [1]],
        ),
        (
            " 0.5   18.0  1\n 0.25   0.0  0\n 1  2  1\n",
            binary('csv("t.csv", target=-1)'),
            [[0.5, 18], [0.25, 0], [1, 2]],
            [[1], [0], [1]],
        ),
        (
            "2019,2020,2021\n5,7,0\n6,8,1\n7,9,1\n",
            binary('csv("t.csv", target=-1)'),
            [[5, 7], [6, 8], [7, 9]],
            [[0], [1], [1]],
        ),
        (
            "a,b,y,,\n5,7,3,,\n6,8,1,,\n7,9,2,,\n,,,,\n",
            classes('csv("t.csv", target="y")'),
            [[5, 7], [6, 8], [7, 9]],
            [2, 0, 1],
        ),
        (
            "a,y\n'x','p'\n'z','n'\n'x','n'\n",
            binary('csv("t.csv", target="y", quote="\'")\none_hot()'),
            [[1, 0], [0, 1], [1, 0]],
            [[1], [0], [0]],
        ),
    ],
)
def test_what_is_learnt_from(
    tmp_path: Path, text: str, spec: str, x: list[list[float]], y: list[object]
) -> None:
    found = checked(text, spec, tmp_path)
    assert not found.diagnostics
    parts, _ = load(spec, tmp_path)
    assert parts["train"][0][:3].tolist() == x
    assert parts["train"][1][:3].tolist() == y


def test_the_width_is_known_before_any_memory_is_taken(tmp_path: Path) -> None:
    rows = "".join(f"u{i:05},{i % 2},0\nu{i:05},1,1\n" for i in range(9000))
    spec = binary('csv("t.csv", target="y")\none_hot()')
    found = checked(f"id,a,y\n{rows}", spec, tmp_path).diagnostics
    assert [d.code for d in found if d.severity == "error"] == ["shape-mismatch"]
    assert "gives (9001,)" in found[0].message
