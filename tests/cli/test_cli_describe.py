"""`nnspec describe`: the columns of a table."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nnspec.cli import main
from nnspec.commands import describe
from tests.cli.harness import Capture, write

TABLE = """\
id;when;size;colour;price
1;2020-01-17;1.5;red;5,50
2;2020-01-18;;green;6,25
3;2020-01-19;2.5;red;7
4;2020-01-20;x;red;8,5
"""


def test_a_table(capsys: Capture) -> None:
    write("t.csv", TABLE)
    assert main(["describe", "t.csv"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out == (
        "t.csv: 4 rows, 5 columns\n"
        "\n"
        "column  kind     blank  distinct  values\n"
        "id      numbers      0         4  1 to 4, mean 2.5\n"
        "when    texts        0         4  "
        "2020-01-17, 2020-01-18, 2020-01-19, 2020-01-20\n"
        "size    numbers      1         2  1.5 to 2.5, mean 2\n"
        "colour  texts        0         2  red 3, green 1\n"
        "price   numbers      0         1  7 to 7, mean 7\n"
        "\n"
        "`when` holds dates, such as `2020-01-17`\n"
        "`size` has 1 text among numbers: `x` in t.csv, line 5\n"
        "`price` holds numbers with a decimal comma, such as `5,50`\n"
        'in a spec, `csv` needs `decimal=","`\n'
    )


@pytest.mark.parametrize("width", [20, 40, 60, 100])
def test_as_wide_as_the_terminal(
    width: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (f"a value of some length {i % 7},{i}\n" for i in range(20))
    write("t.csv", "words,y\n" + "".join(rows))
    monkeypatch.setattr(describe, "columns", lambda _: width)
    assert main(["describe", "t.csv"]) == 0
    table = capsys.readouterr().out.splitlines()
    head = len("column  kind     blank  distinct")
    assert max(map(len, table)) <= max(width, head)


def test_names_above_texts(capsys: Capture) -> None:
    """A table of texts alone has names where these are no values."""
    write("t.csv", "film,sort\ngood one,pos\nbad one,neg\nbest one,pos\n")
    assert main(["describe", "t.csv"]) == 0
    assert "sort    texts      0         2  pos 2, neg 1" in capsys.readouterr().out
    write("t.csv", "pos,a\nneg,b\npos,a\n")
    assert main(["describe", "t.csv"]) == 0
    assert "0       texts      0         2  pos 2, neg 1" in capsys.readouterr().out


def test_for_programs(capsys: Capture) -> None:
    write("t.csv", TABLE)
    assert main(["describe", "t.csv", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["file"], found["rows"]) == ("t.csv", 4)
    size = found["columns"][2]
    assert size["name"] == "size"
    assert (size["minimum"], size["maximum"], size["mean"]) == (1.5, 2.5, 2)
    assert size["blank"] == 1
    assert size["odd"] == {"count": 1, "place": "t.csv, line 5", "text": "x"}
    assert found["columns"][3]["common"] == [
        {"value": "red", "count": 3},
        {"value": "green", "count": 1},
    ]
    assert found["columns"][4]["looks_like"] == "decimal comma"


def test_standard_input(pipe: Callable[[str], None], capsys: Capture) -> None:
    pipe("a,y\n1,2\n")
    assert main(["describe", "-"]) == 0
    assert capsys.readouterr().out.startswith("<stdin>: 1 row, 2 columns\n")
    pipe("")
    assert main(["describe", "-"]) == 3
    assert "<stdin>: the file is empty" in capsys.readouterr().err


def archive(path: Path, member: str) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(member, "text")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"\x89PNG\r\n\x1a\n", "a.csv: this is an image"),
        ("a.csv", b"<!DOCTYPE html>\n<html>", "a.csv: this is a page of the web"),
        ("a.csv", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("a.parquet", b"PAR1....", "a.parquet: this is a Parquet file"),
        ("a.json", b'[{"a": 1}]', "a.json: this is JSON"),
        ("a.nn", b"network {\n  input(2, 3)\n}\n", "a.nn: this is a spec"),
        ("a.csv", b"", "a.csv: the file is empty"),
        ("a.csv.gz", gzip.compress(b"a,y\n1,2\n", mtime=0)[:-9], "a.csv.gz"),
    ],
)
def test_what_is_no_table(
    name: str, content: bytes, words: str, capsys: Capture
) -> None:
    Path(name).write_bytes(content)
    assert main(["describe", name]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 2
    assert "= help: " in captured.err


def test_archives(capsys: Capture) -> None:
    archive(Path("a.csv"), "table.csv")
    archive(Path("b.csv"), "[Content_Types].xml")
    assert main(["describe", "a.csv"]) == 3
    assert "this is a ZIP archive" in capsys.readouterr().err
    assert main(["describe", "b.csv"]) == 3
    assert "this is a workbook of Excel" in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys: Capture) -> None:
    write("people.csv", TABLE)
    assert main(["describe", "peple.csv"]) == 3
    assert "= help: did you mean `people.csv`?" in capsys.readouterr().err
    assert main(["describe", "."]) == 3
    assert "name a table in it: people.csv" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings(encoding: str, capsys: Capture) -> None:
    rows = "1,süß\n2,sauer\n3,süß\n" * 5
    Path("t.csv").write_bytes(f"größe,y\n{rows}".encode(encoding))
    assert main(["describe", "t.csv"]) == 0
    out = capsys.readouterr().out
    assert "größe" in out
    assert "süß" in out
    assert out.endswith(f'in a spec, `csv` needs `encoding="{encoding}"`\n')
    assert main(["init", "net", "--csv", "t.csv", "--target", "y"]) == 0
    assert f'encoding="{encoding}"' in Path("net.nn").read_text(encoding="utf-8")
    assert main(["check", "net.nn"]) == 0


@pytest.mark.parametrize("row", ["1,2", "1,2,3,4"])
def test_a_row_of_another_width(row: str, capsys: Capture) -> None:
    write("t.csv", f"a,b,y\n{row}\n")
    assert main(["describe", "t.csv"]) == 3
    captured = capsys.readouterr()
    assert "t.csv, line 2: " in captured.err
    assert "fault of nnspec" not in captured.err
