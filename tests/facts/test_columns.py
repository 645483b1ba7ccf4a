"""What there is to say of a column."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.facts import Cells, Column
from nnspec.facts.columns import column, tell_each_other
from nnspec.facts.doubts import doubts
from nnspec.facts.looks import date_format, looks_like
from nnspec.facts.notation import notation
from nnspec.facts.runtime import runtime
from nnspec.record import replace

MISSING = {"texts": ("", "?"), "numbers": ("", "?")}


def facts(
    *cells: str, training: int | None = None, target: tuple[str, ...] | None = None
) -> Column:
    """The facts of a column whose last cells may be those of another part."""
    held = runtime("column", "Column")()
    held.add(cells)
    place = "t.csv, line {}".format
    rows = runtime("rows", "Rows")(
        {"c": held.finish()}, lambda row: place(row + 2), np.arange(len(cells))
    )
    parts = [rows[:training], rows[training:]] if training else [rows]
    found = column("c", parts, MISSING)
    return replace(found, twin=target is not None and tell_each_other(cells, target))


def codes(found: Column) -> list[str]:
    return [doubt.code for doubt in doubts(found)]


def test_numbers() -> None:
    found = facts("1", "2.5", "", "2.5", "1e3")
    assert found.kind == "numbers"
    assert (found.low, found.high, found.mean) == (1, 1000, 251.5)
    assert (found.distinct, found.rows, found.whole) == (3, 5, False)
    assert found.blank == Cells(1, "t.csv, line 4", "")
    assert found.odd is None


def test_texts_among_numbers() -> None:
    found = facts("1", "x", "2", "x", "5+")
    assert found.kind == "numbers"
    assert found.odd == Cells(3, "t.csv, line 3", "x")
    assert found.mean == 1.5


def test_the_training_part_tells_the_kind() -> None:
    found = facts("a", "b", "1", training=2)
    assert found.kind == "texts"
    assert found.categories == 2
    assert found.unseen == Cells(1, "t.csv, line 4", "1.0")
    assert facts("1", "a", training=1).odd == Cells(1, "t.csv, line 3", "a")


def test_a_column_without_a_value() -> None:
    assert facts("", "?").kind == "empty"
    assert facts("", "a", training=1).kind == "empty"


@pytest.mark.parametrize(
    ("texts", "looks"),
    [
        (["0,5", "10,25", "3,141e2"], "decimal comma"),
        (["1,100", "2,500,000"], "thousands"),
        (["1,100", "1,5"], "decimal comma"),
        (["1 100", "12 500,5"], "thousands"),
        (["1.100,50", "99,50"], "decimal comma"),
        (["1 100,5", "9,5"], "decimal comma"),
        (["1,100,50", "99,50"], None),
        (["5%", "12.5 %", "-3,5%"], "per cent"),
        (["$5.50", "$1,100"], "currency"),
        (["5,50 €", "12 €"], "currency"),
        (["2020-01-17", "2020-1-3"], "date"),
        (["17/01/2020", "1.2.20"], "date"),
        (["2020-01-17T10:20:30Z", "2020-01-17 10:20"], "date"),
        (["Jan 5, 2020", "March 17 2021"], "date"),
        (["red", "5%"], None),
        (["p1", "p2"], None),
        ([], None),
    ],
)
def test_looks(texts: list[str], looks: str | None) -> None:
    assert looks_like(texts) == looks


@pytest.mark.parametrize(
    ("texts", "written"),
    [
        (["2020-01-17", "2020/1/3 10:20"], "%Y-%m-%d"),
        (["17.01.2020", "1.2.2020"], "%d.%m.%Y"),
        (["1/17/2020", "3/4/2020"], "%m/%d/%Y"),
        (["17/1/2020", "3/4/2020"], "%d/%m/%Y"),
        (["3/4/2020"], "%m/%d/%Y"),
        (["1/17/20 5:07", "3/4/20 15:30"], "%m/%d/%y %H:%M"),
        (["5-Jan-2020"], "%d-%b-%Y"),
        (["January 5, 2020"], "%B %d, %Y"),
        (["2020-05", "2021-12"], "%Y-%m"),
        (["17.01.2020", "1/17/2020"], None),
        (["32.01.2020"], None),
    ],
)
def test_how_dates_are_written(texts: list[str], written: str | None) -> None:
    assert looks_like(texts) == "date"
    assert date_format(texts) == written
    assert facts(*texts).dates == written


def test_looks_of_what_is_no_number() -> None:
    assert facts("10,5", "5", "2,5").looks == "decimal comma"
    assert facts("10,5", "5", "no").looks is None
    assert codes(facts("10,5", "5", "2,5")) == ["texts-of-numbers"]


def test_notation_is_that_of_all_texts_the_rare_ones_too() -> None:
    often = [f"{i},50" for i in range(20)] * 2
    assert notation([facts(*often)]) == {"decimal": ","}
    assert notation([facts(*often, "1.250,75")]) == {"decimal": ",", "thousands": "."}
    numbers = [f"0,{i}" for i in range(20)] + ["5"]
    assert notation([facts(*numbers)]) == {"decimal": ","}
    found = facts(*numbers, "7.250,75")
    assert found.kind == "numbers"
    assert notation([found]) == {"decimal": ",", "thousands": "."}


def test_a_column_that_counts() -> None:
    rows = [str(i) for i in range(7, 27)]
    assert codes(facts(*rows)) == ["counting-column"]
    assert codes(facts(*reversed(rows))) == ["counting-column"]
    assert codes(facts(*rows, "26")) == []
    assert codes(facts(*(f"{i}.5" for i in range(20)))) == []
    assert codes(facts("1", "2", "3")) == []  # so few may be anything


def test_texts_that_differ() -> None:
    names = [f"name {i}" for i in range(20)]
    assert codes(facts(*names)) == ["unique-texts"]
    assert codes(facts(*names, *names)) == []


def test_a_copy_of_the_target() -> None:
    target = ("1", "0", "1", "1") * 5
    assert codes(facts(*(["yes", "no", "yes", "yes"] * 5), target=target)) == [
        "copy-of-target"
    ]
    assert codes(facts(*(["yes", "no", "no", "yes"] * 5), target=target)) == []
    prices = tuple(f"{i * i}.5" for i in range(20))
    assert codes(facts(*prices, target=prices)) == ["copy-of-target"]
    # Where all values differ, each stands beside one other anyway.
    assert codes(facts(*(f"{i * 7}.5" for i in range(20)), target=prices)) == []
