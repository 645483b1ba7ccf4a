"""Rows for predictions, from arrays and from tables of numbers."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from templates.runtime.as_samples import as_samples
from templates.runtime.input_error import InputError
from templates.runtime.load_array import load_array
from templates.runtime.read_table import read_table

ROWS = np.arange(12.0).reshape(3, 4)
CSV = "\n".join(",".join(map(str, row)) for row in ROWS)


def read(tmp_path: Path, data: bytes | str, shape: tuple[int, ...]) -> np.ndarray:
    path = tmp_path / "input"
    data = data.encode() if isinstance(data, str) else data
    path.write_bytes(data)
    if data[:6] == b"\x93NUMPY" or data[:2] == b"PK":
        return as_samples(load_array(path), shape, path)
    return as_samples(np.concatenate([*read_table(path)]), shape, path)


def saved(tmp_path: Path, array: Any = None, **arrays: Any) -> bytes:
    path = tmp_path / "saved"
    with path.open("wb") as file:
        np.savez(file, **arrays) if arrays else np.save(file, array)
    return path.read_bytes()


def test_kinds(tmp_path: Path) -> None:
    other = np.zeros((9, 9))
    for data in (
        saved(tmp_path, ROWS),
        saved(tmp_path, anything=ROWS),
        saved(tmp_path, x=ROWS, x_test=other),
        saved(tmp_path, x_train=other, y_test=other, x_test=ROWS),
        CSV.encode(),
        gzip.compress(CSV.encode()),
    ):
        np.testing.assert_array_equal(read(tmp_path, data, (4,)), ROWS)


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        f"a,b,c,d\n{CSV}\n",
        f'"a","b","c","d"\n{CSV}\n',
        f"\ufeff{CSV}\n",
        CSV.replace("\n", "\r\n\r\n"),
        CSV.replace(",", ";"),
        CSV.replace(",", "\t"),
        CSV.replace(",", "  "),
        CSV.replace(",", " , "),
        CSV.replace("0.0", '"0.0"'),
    ],
)
def test_tables(tmp_path: Path, text: str) -> None:
    np.testing.assert_array_equal(read(tmp_path, text, (4,)), ROWS)


@pytest.mark.parametrize(
    ("given", "shape", "result"),
    [
        ((3, 4), (2, 2), (3, 2, 2)),
        ((3, 2, 2), (4,), (3, 4)),
        ((28, 28), (28, 28), (1, 28, 28)),
        ((28, 28), (28,), (28, 28)),
        ((4,), (4,), (1, 4)),
        ((5,), (1,), (5, 1)),
        ((1, 5), (5,), (1, 5)),
        ((), (1,), (1, 1)),
    ],
)
def test_shapes(
    tmp_path: Path, given: tuple[int, ...], shape: tuple[int, ...], result: Any
) -> None:
    assert read(tmp_path, saved(tmp_path, np.ones(given)), shape).shape == result


def test_wrong_shapes(tmp_path: Path) -> None:
    for given, shape in (((3, 5), (4,)), ((28, 28), (784,)), ((0, 4), (4,))):
        numbers = np.prod(shape)
        message = rf"input: an array \({given[0]}, {given[1]}\) does not hold samples "
        message += rf"\({shape[0]},\); give rows of {numbers} numbers"
        with pytest.raises(InputError, match=message):
            read(tmp_path, saved(tmp_path, np.ones(given)), shape)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r": an array \(0,\) does not hold samples .*; give rows of 4"),
        ("a,b\n", r": an array \(0,\) does not hold samples .*; give rows of 4"),
        ("1,2\n3,abc", ", line 2, column 2: 'abc' is no number; write one"),
        ("1,abc\n3,4", ", line 1, column 2: 'abc' is no number; write one"),
        ("a,b\nc,d\n1,2", ", line 2, column 1: 'c' is no number; write one"),
        ("a,b\n\n1,\n", ", line 3, column 2: '' is no number; write one"),
        ("1,2\n3,12_34", ", line 2, column 2: '12_34' is no number; write one"),
        ("1,2\n3,\uff11", ", line 2, column 2: '\uff11' is no number; write one"),
        ("1,5;2\n1;2", ", line 1, column 1: '1,5' is no number; write one"),
        ("1,2\n3\n", ", line 2: 1 numbers, but 2 above; give each row as many"),
        (
            b"\xff\xfe1,2",
            ": it is text in UTF-16; write encoding=.*, or save it as UTF-8",
        ),
        (b"\x1f\x8bbroken", ": .*; check it or get it anew"),
    ],
)
def test_text_at_fault(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=f"^{tmp_path / 'input'}{message}") as fault:
        read(tmp_path, text, (4,))
    assert "\n" not in str(fault.value)


def test_arrays_at_fault(tmp_path: Path) -> None:
    array = saved(tmp_path, ROWS)
    archive = saved(tmp_path, x=ROWS)
    for data, message in (
        (array[:-1], ""),
        (array[:20], ""),
        (archive[: len(archive) // 2], ""),
        (archive[:4], ""),
        (saved(tmp_path, a=ROWS, b=ROWS), "neither x nor x_test is in it, but .*'b'"),
        (saved(tmp_path, np.array([{}])), ".*Python objects"),
        (saved(tmp_path, x=np.array([{}])), "Object arrays"),
        (saved(tmp_path, np.array(["a"])), "it holds <U1"),
    ):
        with pytest.raises(
            InputError, match=f"input: {message}.*; save numbers with"
        ) as f:
            read(tmp_path, data, (4,))
        assert "\n" not in str(f.value)


def test_a_table_is_no_array(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    for text in ("", "a,b\n1,2\n"):
        path.write_text(text)
        with pytest.raises(
            InputError, match=r"p\.csv: it is no \.npy or \.npz file; save "
        ):
            load_array(path)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none: No such file"):
        next(read_table(tmp_path / "none"))
    with pytest.raises(InputError, match=r"none: No such file"):
        load_array(tmp_path / "none")
