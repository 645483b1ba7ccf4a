"""Numbers like -12.345, read at once: those of Python bit for bit, or none."""

from __future__ import annotations

import random

import numpy as np
import pytest

from templates.runtime.decimals import decimals


def bits(rows: list[list[str]]) -> list[list[str]]:
    return [[float(cell).hex() for cell in row] for row in rows]


def read(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> object:
    """The cells as Python writes their bits; None where they are others."""
    text = "".join(delimiter.join(row) + end for row in rows)
    found = decimals(text, len(rows), len(rows[0]), delimiter)
    return None if found is None else [[x.hex() for x in row] for row in found.tolist()]


def drawn(rng: random.Random) -> str:
    """A number of up to 15 digits, written in one of many ways."""
    digits = str(rng.randrange(10 ** rng.randint(1, 15))).zfill(rng.randint(1, 9))
    place = rng.randint(0, len(digits))
    point = "." * (rng.random() < 0.7)
    return "-" * rng.randint(0, 1) + digits[:place] + point + digits[place:]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_bits_are_those_of_python(delimiter: str, end: str) -> None:
    rng = random.Random(0)
    for width in (1, 2, 7):
        rows = [[drawn(rng) for _ in range(width)] for _ in range(500)]
        assert read(rows, delimiter, end) == bits(rows)


def test_edges() -> None:
    good = ["0", "-0", "-0.00", "007", "5.", ".5", "-.5", "-5.", "9007199254740992"]
    good += ["-9007199254740992", "0.0000000000000000000001", "900719925474099.1"]
    rows = [[cell, "1.5"] for cell in good]
    assert read(rows) == bits(rows)
    assert decimals("1,2\n3,4", 2, 2, ",").tolist() == [[1, 2], [3, 4]]
    assert decimals("1.5", 1, 1, ",").tolist() == [[1.5]]


OTHERS = ["", "-", ".", "-.", "--1", "1-", "1-2", ".-5", "1.2.3", "1..2", "+1", "1e5"]
OTHERS += ["nan", "inf", " 1", "1 ", "1_0", "\u0661", "0x1", '"1"', "1,2", "1\n2", "\r"]
OTHERS += ["9007199254740993", "-9007199254740993", "9" * 19, "-" + "9" * 30]
OTHERS += ["0." + "0" * 22 + "1"]


@pytest.mark.parametrize("cell", OTHERS)
def test_other_cells_are_left_to_others(cell: str) -> None:
    """Wherever they stand; floats that need more than one rounding among them."""
    for row, column in ((0, 0), (1, 1), (3, 2)):
        rows = [["1.5"] * 3 for _ in range(4)]
        rows[row][column] = cell
        assert read(rows) is None


@pytest.mark.parametrize(
    "text", ["1,2\n3\n", "1\n2,3\n", "1,2,3\n4\n", "1,2\n", "\n\n"]
)
def test_rows_of_other_widths(text: str) -> None:
    assert decimals(text, 2, 2, ",") is None


def test_changed_texts_are_read_as_python_reads_them_or_not_at_all() -> None:
    rng, read_ones = random.Random(1), 0
    for _ in range(2_000):
        rows = [[drawn(rng) for _ in range(3)] for _ in range(2)]
        text = list("".join(",".join(row) + "\n" for row in rows))
        for _ in range(rng.randint(1, 3)):
            text[rng.randrange(len(text))] = rng.choice("0123456789.-,\ne +_\r")
        found = decimals("".join(text), 2, 3, ",")
        if found is None:
            continue
        read_ones += 1
        cells = [line.split(",") for line in "".join(text).split("\n")]
        assert [[x.hex() for x in row] for row in found.tolist()] == bits(cells[:2])
    assert read_ones > 250


def test_a_large_block_is_left_to_others() -> None:
    assert decimals("1\n" * (2**22 + 1), 2**22 + 1, 1, ",") is None
    assert np.array_equal(decimals("1\n" * 9, 9, 1, ","), np.ones((9, 1)))
