"""Reading tables: whatever a CSV writer writes comes back, with the lines it is on."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates.runtime.encode_cells import encode_cells
from templates.runtime.find_columns import find_columns
from templates.runtime.input_error import InputError
from templates.runtime.learn_categories import learn_categories
from templates.runtime.read_columns import read_columns
from templates.runtime.read_csv import read_csv
from templates.runtime.read_tables import read_tables

CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0 \r"), min_size=1
)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6
    )
)
MISSING = ("", "NA")
SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED_FOLDER
@given(TABLES, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_round_trip(
    tmp_path: Path, rows: list[list[str]], delimiter: str, ending: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(rows)
    path = tmp_path / "t.csv"
    path.write_bytes(text.getvalue().encode())
    names, cells, places = read_csv(path, delimiter, False, MISSING)
    assert names == [str(i) for i in range(len(rows[0]))]
    assert cells.tolist() == rows
    line = 1
    for row, place in zip(rows, places, strict=True):
        assert place == f"{path}, line {line}"
        line += 1 + sum(cell.count("\n") for cell in row)


@SHARED_FOLDER
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_fault(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    try:
        names, cells, places = read_csv(path, None, None, MISSING)
    except InputError as fault:
        assert str(path) in str(fault)
    else:
        assert cells.shape == (len(places), len(names))


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
    ],
)
def test_headers_are_found_out(tmp_path: Path, text: str, names: list[str]) -> None:
    (tmp_path / "t.csv").write_text(text)
    assert read_csv(tmp_path / "t.csv", None, None, MISSING)[0] == names


def test_an_empty_cell_is_no_blank_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a\n1\n""\n\n  \n2\n')
    names, cells, places = read_csv(path, None, None, MISSING)
    assert (names, cells.tolist()) == (["a"], [["1"], [""], ["2"]])
    assert places.tolist() == [f"{path}, line {i}" for i in (2, 3, 6)]


def test_a_cell_may_be_a_long_text(tmp_path: Path) -> None:
    text = "word " * 100_000 + "end"
    path = tmp_path / "t.csv"
    path.write_text(f"text,y\n{text},1\n")
    assert read_csv(path, None, None, MISSING)[1].tolist() == [[text, "1"]]
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


@pytest.mark.parametrize("cell", ["w", " w", "w ", '"w "', '  "w"'])
def test_spaces_around_a_cell_are_not_of_it(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"a, y\n1,{cell}\n")
    assert read_csv(path, ",", True, MISSING)[1].tolist() == [["1", "w"]]


def test_a_wide_table_is_read_in_a_moment(tmp_path: Path) -> None:
    path, width = tmp_path / "t.csv", 50_000
    names = [f"column {i}" for i in range(width)]
    lines = [",".join(names), *[",".join(["1"] * width)] * 3]
    path.write_text("\n".join(lines))
    began = time.process_time()
    roles = [names[1:], names[:1]]
    found = read_tables({"train": path}, [0], None, None, None, MISSING)
    assert list(found[2:]) == roles
    assert time.process_time() - began < 10  # about half a second on an idle machine


def test_a_large_table_is_read_in_a_moment(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(100_000, 20)).round(4)
    path = tmp_path / "t.csv"
    np.savetxt(path, rows, fmt="%.4f", delimiter=",")
    began = time.process_time()
    names, cells, places = read_csv(path, None, None, MISSING)
    learnt = learn_categories(cells, names, ("",), path)
    x = encode_cells(cells, places.item, names, learnt, ("",))
    assert np.array_equal(x, rows)
    assert time.process_time() - began < 10  # about half a second on an idle machine


def test_missing_tokens_may_be_numbers(tmp_path: Path) -> None:
    cells = np.array([["1"], ["-999"], ["3"]], dtype=object)
    places = np.array(["here"] * 3, dtype=object)
    x = encode_cells(cells, places.item, ["a"], {}, ("-999",), impute=True)
    assert np.array_equal(x, [[1], [np.nan], [3]], equal_nan=True)
