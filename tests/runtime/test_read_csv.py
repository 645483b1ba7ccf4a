"""Reading tables: whatever a CSV writer writes comes back, with the lines it is on."""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from templates.runtime.column import Column
from templates.runtime.column_numbers import column_numbers
from templates.runtime.encode_cells import encode_cells
from templates.runtime.find_columns import find_columns
from templates.runtime.input_error import InputError
from templates.runtime.learn_categories import learn_categories
from templates.runtime.open_csv import open_csv
from templates.runtime.read_columns import read_columns
from templates.runtime.read_rows import read_rows
from templates.runtime.read_tables import read_tables
from templates.runtime.rows import Rows
from templates.runtime.rows_of import rows_of
from templates.runtime.text_lines import text_lines

CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0 \r"), min_size=1
)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6
    )
)
WORDS = ("", "na")
MISSING = {"texts": WORDS, "numbers": WORDS}
SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def opened(
    path: Path, delimiter: str | None = None, header: bool | None = None
) -> tuple[list[str], Any]:
    """The names of the columns, and the function that reads them."""
    lines = text_lines(path, "utf-8", "save it so")
    return open_csv(path, lines, delimiter or ",;\t|", header, '"', WORDS)


def read(
    path: Path,
    delimiter: str | None = None,
    header: bool | None = None,
    size: int = 8192,
) -> tuple[list[str], list[list[str]], list[int]]:
    """The names of the columns, all cells as texts, and the line of each row."""
    names, blocks = opened(path, delimiter, header)
    rows, lines = list[list[str]](), list[int]()
    for block, starts in blocks([*range(len(names))], (), size):
        rows += [[cell.strip(" ") for cell in row] for row in zip(*block, strict=True)]
        lines += starts.tolist()
    return names, rows, lines


@SHARED_FOLDER
@given(TABLES, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_round_trip(
    tmp_path: Path, rows: list[list[str]], delimiter: str, ending: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(rows)
    path = tmp_path / "t.csv"
    path.write_bytes(text.getvalue().encode())
    for size in (1, 2, 8192):
        names, cells, lines = read(path, delimiter, False, size)
        assert names == [str(i) for i in range(len(rows[0]))]
        assert cells == rows
        line = 1
        for row, found in zip(rows, lines, strict=True):
            assert found == line
            line += 1 + sum(cell.count("\n") for cell in row)


NUMBERS = st.one_of(
    st.floats(-1e30, 1e30).map(repr),
    st.integers(-1000, 1000).map(str),
    st.sampled_from([" 5 ", "+.5", "1e3", "5.", "1e300", "1_0", "inf", "NA", "x", ""]),
)


@SHARED_FOLDER
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=12))
def test_numbers_at_once_are_those_one_by_one(
    tmp_path: Path, cells: list[tuple[str, str]]
) -> None:
    """Blocks that hold nothing but numbers are read another way."""
    assume(any(map(any, cells)))
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{a},{b}\n" for a, b in cells))
    found = []
    for numbers, size in ((True, 1), (True, 3), (True, 8192), (False, 8192)):
        names, blocks = opened(path, ",", True)
        columns, lines = [Column(), Column()], list[int]()
        for block, starts in blocks([0, 1], columns if numbers else (), size):
            for column, some in zip(columns, block, strict=True):
                column.add(some)
            lines += starts.tolist()
        pair = dict(zip(names, (column.finish() for column in columns), strict=True))
        rows = Rows(pair, str, np.arange(len(lines)))
        found.append([lines])
        for name in names:
            values, absent = column_numbers(rows, name, WORDS)
            found[-1] += [values.tolist(), absent.tolist()]
    filled = [i for i, row in enumerate(cells) if any(row)]
    assert found[0][0] == [i + 2 for i in filled]
    for other in found[1:]:
        np.testing.assert_equal(other, found[0])
    number = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*")
    for column in (0, 1):
        texts = [cells[i][column] for i in filled]
        plain = [float(t) if number.fullmatch(t) else np.nan for t in texts]
        expected = [x if abs(x) < 1e38 else np.nan for x in plain]
        np.testing.assert_equal(found[0][1 + 2 * column], expected)
        assert found[0][2 + 2 * column] == [t in ("", "NA") for t in texts]


@SHARED_FOLDER
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_fault(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    try:
        names, cells, lines = read(path)
    except InputError as fault:
        assert str(path) in str(fault)
    else:
        assert all(len(row) == len(names) for row in cells)
        assert len(cells) == len(lines)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b\n1,x\n", ["a", "b"]),
        ("a,1\n1,2\n", ["0", "1"]),
        ("a,b\nc,d\n", ["0", "1"]),
        ("1,2\n3,4\n", ["0", "1"]),
        ("NA,x\n1,y\n", ["0", "1"]),
        (",x\n1,y\n", ["0", "1"]),
        (",x\n1,2\n", ["", "x"]),
        ("a,x\nNA,y\n1,z\n", ["a", "x"]),
        ("2019,2020,2021\n5,7,9\n", ["2019", "2020", "2021"]),
        ("2019,2020,2022\n5,7,9\n", ["0", "1", "2"]),
        ("1,2,3\n4,5,6\n", ["0", "1", "2"]),
        ("a,b,\n1,2,\n3,4,\n", ["a", "b"]),
        ("a,,b\n1,,2\n", ["a", "b"]),
        ("a,,b\n1,5,2\n", ["a", "", "b"]),
        ("1,2,\n3,4,\n", ["0", "1"]),
        ("1,,2\n3,,4\n", ["0", "1", "2"]),
        ("a b c\n1  2 3\n", ["a", "b", "c"]),
        (" 1   2.0 3\n 4.5 5 6 \n", ["0", "1", "2"]),
        ("a\tb\n1\t2\n", ["a", "b"]),
        ("good film\na really bad film\nbad\n", ["0"]),
    ],
)
def test_headers_are_found_out(tmp_path: Path, text: str, names: list[str]) -> None:
    (tmp_path / "t.csv").write_text(text)
    assert read(tmp_path / "t.csv")[0] == names


def test_rows_without_a_value_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,2\n,\n"",\n\n  \n3,\n')
    assert read(path) == (["a", "b"], [["1", "2"], ["3", ""]], [2, 7])


def test_a_cell_may_be_a_long_text(tmp_path: Path) -> None:
    text = "word " * 100_000 + "end"
    path = tmp_path / "t.csv"
    path.write_text(f"text,y\n{text},1\n")
    assert read(path)[1] == [[text, "1"]]
    assert read_columns(path, ["text"]) == [(text,)]


def test_columns_by_name_and_number() -> None:
    path = Path("t.csv")
    assert find_columns(["c", 0, -2], ["a", "b", "c"], path) == [2, 0, 1]
    for column in ("d", 3, -4):
        with pytest.raises(InputError, match="there is no column"):
            find_columns([column], ["a", "b", "c"], path)


def test_columns_are_named_once() -> None:
    with pytest.raises(InputError, match=r"^t\.csv: 'b' and -2 are the same column"):
        find_columns(["b", 0, -2], ["a", "b", "c"], Path("t.csv"))


COMMENTS = ["# us\n1,2\n3,4\n", "# a, b\n# c, d\n1,2\n3,4\n", "# us two\n1 2\n3  4\n"]


@pytest.mark.parametrize("text", COMMENTS)
def test_a_comment_above(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=r'line 1: .* write comment="#" in csv'):
        read(path, ",;", None)


@pytest.mark.parametrize(
    "text", ["#a,b\n1,2\n3,4\n", "#ff,1\n#0f,2\n#f0,3\n", "# a\n1\n2\n"]
)
def test_no_comment(tmp_path: Path, text: str) -> None:
    """Names and values that begin so."""
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert len(read(path, ",;", None)[1]) in (2, 3)


@pytest.mark.parametrize("cell", ["w", " w", "w ", '"w "', '  "w"'])
def test_spaces_around_a_cell_are_not_of_it(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"a, y\n1,{cell}\n")
    assert read(path, ",", True)[1] == [["1", "w"]]


def test_a_wide_table_is_read_in_a_moment(tmp_path: Path) -> None:
    path, width = tmp_path / "t.csv", 50_000
    names = [f"column {i}" for i in range(width)]
    lines = [",".join(names), *[",".join(["1"] * width)] * 3]
    path.write_text("\n".join(lines))
    began = time.process_time()
    roles = [names[1:], names[:1]]
    found = read_tables({"train": path}, opened, ([0], None, ()))
    assert list(found[2:]) == roles
    assert time.process_time() - began < 10  # about half a second on an idle machine


def test_a_large_table_is_read_in_a_moment(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(100_000, 20)).round(4)
    path = tmp_path / "t.csv"
    np.savetxt(path, rows, fmt="%.4f", delimiter=",")
    began = time.process_time()
    names, blocks = opened(path)
    table = read_rows(path, names, blocks, names, (), None)
    learnt = learn_categories(table, names, MISSING, path)
    x = encode_cells(table, names, learnt, MISSING)
    assert np.array_equal(x, rows)
    assert time.process_time() - began < 10  # about half a second on an idle machine


def test_missing_tokens_may_be_numbers(tmp_path: Path) -> None:
    words = {"texts": ("-999",), "numbers": ("-999",)}
    for texts in (["1", "-999", "3"], ["1", "-999.0", "3"]):
        rows = rows_of(["a"], [texts], str)
        x = encode_cells(rows, ["a"], {}, words, impute=True)
        assert np.array_equal(x, [[1], [np.nan], [3]], equal_nan=True)
