"""Small tables with what published ones have: what is told, and what is learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnspec.compiler import Analysis, check
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from tests.data.section import binary, classes, load, values
from tests.fixes import all_applied

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
            'write `of="text"` in the transform, and the others stay beside its words; '
            'or leave them out: `features=["text"]`',
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


ROWS = [i * 7 % 30 for i in range(30)]
HALVES = ["no" if i < 15 else "yes" for i in ROWS]
#: Tables and the specs that one writes for them first; each help that is told leads on.
FIRST_GUESSES = {
    "decimal comma": (
        "a;y\n" + "".join(f"{i},25;{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "thousands": (
        "a,y\n" + "".join(f'"{i},100",{i % 9}\n' for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "per cent": (
        "a,y\n" + "".join(f"{i % 11}%,{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "currency and per cent": (
        "a,b,y\n" + "".join(f'{i} %,"${i},100.50",{i % 9}\n' for i in ROWS),
        values('csv("t.csv", target="y")', "2"),
    ),
    "a title": (
        "Sales of 2020\n\na,y\n" + "".join(f"{i % 11},{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "dates": (
        "d,y\n" + "".join(f"2020-01-{i + 1:02},{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "dates with points, which differ": (
        "d;y\n" + "".join(f"{i + 1:02}.01.2020;{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")\nsplit(test=0.3, seed=0)', "1"),
    ),
    "days after months, with a time": (
        "d,y\n" + "".join(f"1/{i + 1}/2020 7:{i + 10},{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "dates in two ways": (
        "a,d,y\n"
        + "".join(
            f"{i % 11},{i + 1}.1.2020,{i % 9}\n1,1/{i + 1}/2020,1\n" for i in ROWS
        ),
        values('csv("t.csv", target="y")', "1"),
    ),
    "groups with points, and euros": (
        "a;y\n" + "".join(f"1.{i + 100},50 €;{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")\nsplit(test=0.3, seed=0)', "1"),
    ),
    "groups with points, and nothing else": (
        "a;y\n" + "".join(f"1.{i + 100}.{i + 200};{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")\nsplit(test=0.3, seed=0)', "1"),
    ),
    "groups with spaces": (
        "a;y\n" + "".join(f"{i} 100;{i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "two columns of names": (
        "a,n,m,y\n" + "".join(f"{i % 11},n{i},m{i},{i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target="y")\nsplit(test=0.3, seed=0)', "1"),
    ),
    "a target in dollars": (
        "a,y\n" + "".join(f'{i % 11},"${i},100"\n' for i in ROWS),
        values('csv("t.csv", target="y")\nsplit(test=0.3, seed=0)', "1"),
    ),
    "comments above numbers": (
        "# made up\n# one day\n" + "".join(f"{i} {i % 7}  {i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target=-1)'),
    ),
    "an index": (
        ",a,y\n"
        + "".join(f"{i},{i * 7 % 11},{half}\n" for i, half in enumerate(HALVES)),
        binary('csv("t.csv", target="y")'),
    ),
    "names": (
        "name,a,y\n" + "".join(f"n{i},{i % 11},{i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target="y")\none_hot()\nsplit(test=0.3, seed=0)'),
    ),
    "numbers and texts": (
        "a,b,y\n"
        + "".join(f"{'5+' if i % 5 == 0 else i % 4},{i % 11},{i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target="y")'),
    ),
    "missing cells": (
        "a,b,y\n"
        + "".join(f"{'' if i % 5 == 0 else i % 4},{i % 11},{i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target="y")'),
    ),
    "missing targets": (
        "a,y\n" + "".join(f"{i % 11},{'' if i % 7 == 0 else i % 9}\n" for i in ROWS),
        values('csv("t.csv", target="y")', "1"),
    ),
    "words": (
        "n,text,y\n" + "".join(f"{i},a film {i},{i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target="y")\nbag_of_words(10)', "10"),
    ),
    "a header among texts": (
        REVIEWS,
        binary('csv("t.csv", target=1, features=[0])\nbag_of_words(10)', "10"),
    ),
    "another case": (
        "A,B,Y\n" + "".join(f"{i % 11},{i % 3},{i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target="y")'),
    ),
    "texts as numbers": (
        "c,a,y\n" + "".join(f"{'xyz'[i % 3]},{i % 11},{i % 2}\n" for i in ROWS),
        binary('csv("t.csv", target="y")'),
    ),
}


def test_utf_16_is_told_with_its_way_out(tmp_path: Path) -> None:
    """Followed literally, too."""
    table = "a,y\n" + "".join(f"{i % 11},{i % 9}\n" for i in ROWS)
    (tmp_path / "t.csv").write_bytes(table.encode("utf-16"))
    spec = values('csv("t.csv", target="y")', "1")
    reader = FileReader(tmp_path, lambda: None)
    found = check(Source("spec.nn", spec), facts=reader).diagnostics
    assert found[0].message.endswith("t.csv: it is text in UTF-16")
    assert found[0].help == 'write encoding="utf-16", or save it as UTF-8'
    changed = all_applied(Source("spec.nn", spec), found)
    assert not check(Source("spec.nn", changed), facts=reader).diagnostics
    assert len(load(changed, tmp_path)[0]["train"][0]) == len(ROWS)


@pytest.mark.parametrize("name", FIRST_GUESSES)
def test_help_that_is_followed_literally_leads_to_a_model(
    tmp_path: Path, name: str
) -> None:
    text, spec = FIRST_GUESSES[name]
    told: list[str] = []
    while found := checked(text, spec, tmp_path).diagnostics:
        told += [f"{d.code}: {d.help}" for d in found]
        changed = all_applied(Source("spec.nn", spec), found)
        assert changed != spec, told
        assert len(told) < 7, told
        spec = changed
    assert told, "there is nothing to follow"
    parts, _ = load(spec, tmp_path)
    assert len(parts["train"][0]) == len(parts["train"][1]) > 2
