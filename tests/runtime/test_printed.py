"""Results as text: numbers, and matrices within the width of the terminal."""

from __future__ import annotations

import math
import os
import shutil

import pytest

from templates.runtime.confusion_table import confusion_table
from templates.runtime.number import number


@pytest.fixture
def columns(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
    size = os.terminal_size((request.param, 24))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: size)
    width: int = request.param
    return width


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.0000"),
        (0.26014, "0.2601"),
        (-0.5, "-0.5000"),
        (0.99996, "1.0000"),
        (12.34567, "12.346"),
        (9876.54, "9876.5"),
        (9999.9, "1.00e+04"),
        (123456789, "1.23e+08"),
        (0.000512, "5.12e-04"),
        (-1e-30, "-1.00e-30"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_have_a_fixed_form(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("columns", [80], indirect=True)
def test_a_matrix_has_the_names_of_its_classes(columns: int) -> None:
    assert confusion_table(
        [[70, 2], [1, 41]], ["benign", "malignant"]
    ).splitlines() == [
        "confusion matrix (rows: the true class, columns: the predicted one)",
        "              benign  malignant",
        "benign            70          2",
        "malignant          1         41",
    ]


@pytest.mark.parametrize("columns", [40], indirect=True)
def test_long_names_have_numbers(columns: int) -> None:
    names = ["airplane", "automobile", "bird", "cat"]
    matrix = [[i * j for j in range(4)] for i in range(4)]
    lines = confusion_table(matrix, names).splitlines()[1:]
    assert lines == [
        "              0  1  2  3",
        "0 airplane    0  0  0  0",
        "1 automobile  0  1  2  3",
        "2 bird        0  2  4  6",
        "3 cat         0  3  6  9",
    ]


@pytest.mark.parametrize("columns", [50, 80], indirect=True)
def test_a_wide_matrix_comes_in_blocks(columns: int) -> None:
    matrix = [[100 * i + j for j in range(30)] for i in range(30)]
    lines = confusion_table(matrix, range(30)).splitlines()[1:]
    assert max(map(len, lines)) <= columns
    blocks = [lines[i : i + 31] for i in range(0, len(lines), 31)]
    heads = [cell for block in blocks for cell in block[0].split()]
    assert heads == [*map(str, range(30))]
    row = [cell for block in blocks for cell in block[8].split()[1:]]
    assert row == [str(700 + j) for j in range(30)]
