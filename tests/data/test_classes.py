"""Labels of classes: which are numbers of classes already, how others are numbered."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import LabelEncoder

from tests.data.section import Array, binary, classes, load, one_hot, section, spec
from tests.data.test_tables import options, table, told

CSV = 'csv("t.csv", target="kind"{})\n'


def labels(folder: Path, text: str, *kinds: object) -> tuple[Array, list[Any] | None]:
    """What a script makes of labels, and the classes that it learns."""
    table(folder, "a,b,kind\n" + "".join(f"1,{i},{k}\n" for i, k in enumerate(kinds)))
    parts, learnt = load(text, folder)
    found = learnt.get("data/classes")
    return parts["train"][1], None if found is None else found.tolist()


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        ((3, 1, 2, 3), [1, 2, 3]),
        ((20, -1, 3.5), [-1, 3.5, 20]),
        (("01", "1.0", "10", 2), [1, 2, 10]),
        (("no", "yes", "Maybe"), ["Maybe", "no", "yes"]),
        (("3", "10", "5+"), ["10", "3", "5+"]),
        ((1, 2, 0, 0), None),
        ((1, 2, 2, 1), None),  # class 0 is just not there
        (("1.0", "2", "00"), None),
    ],
)
def test_labels_are_numbered_in_order(
    tmp_path: Path, kinds: tuple[object, ...], names: list[Any] | None
) -> None:
    y, found = labels(tmp_path, classes(CSV.format("")), *kinds)
    assert found == names
    values = [float(k) if isinstance(names and names[0], int) else k for k in kinds]
    expected = (
        LabelEncoder().fit_transform(values) if names else [float(k) for k in kinds]
    )
    assert y.tolist() == list(expected)
    y, found = labels(tmp_path, one_hot(CSV.format("") + "one_hot(target)"), *kinds)
    assert (y.argmax(axis=1).tolist(), found) == (list(expected), names)


@pytest.mark.parametrize(
    ("kinds", "y", "names"),
    [
        ((2, 4, 4), [0, 1, 1], [2, 4]),
        ((-1, 1), [0, 1], [-1, 1]),
        (("yes", "no"), [1, 0], ["no", "yes"]),
        ((0.25, 1, 0.5), [0.25, 1, 0.5], None),  # shares of class 1
        ((1, 1), [1, 1], None),
    ],
)
def test_one_output_takes_two_classes(
    tmp_path: Path, kinds: tuple[object, ...], y: list[float], names: list[Any] | None
) -> None:
    found, known = labels(tmp_path, binary(CSV.format("")), *kinds)
    assert (found[:, 0].tolist(), known) == (y, names)


@pytest.mark.parametrize(
    ("kinds", "y"),
    [((-1, 1), [-1, 1]), ((0, 1), [0, 1]), ((1, 2), [0, 1]), (("b", "a"), [1, 0])],
)
def test_signs_stay(tmp_path: Path, kinds: tuple[object, ...], y: list[float]) -> None:
    found, _ = labels(tmp_path, spec(CSV.format(""), "2", "dense(1)", "hinge"), *kinds)
    assert found[:, 0].tolist() == y


@pytest.mark.parametrize(
    ("listed", "kinds", "y"),
    [
        ('["low", "mid", "high"]', ("high", "low", "mid"), [2, 0, 1]),
        ("[3, 1, 2]", (1, "2.0", 3), [1, 2, 0]),
        ('["3", "10", "5+"]', ("10", "5+", "3"), [1, 2, 0]),
        ('[3, "5+", 1]', ("5+", "3", "5+"), [1, 0, 1]),  # one that is not there
        ("[2, 1, 0]", (0, 1, 2), [2, 1, 0]),
    ],
)
def test_the_spec_gives_the_order(
    tmp_path: Path, listed: str, kinds: tuple[object, ...], y: list[int]
) -> None:
    text = classes(CSV.format(f", classes={listed}"))
    assert labels(tmp_path, text, *kinds)[0].tolist() == y


def test_a_label_that_is_not_listed(tmp_path: Path) -> None:
    table(tmp_path, "a,b,kind\n1,2,low\n3,4,top\n")
    text = classes(CSV.format(', classes=["low", "mid", "high"]'))
    told(text, tmp_path, "t.csv, line 3, column 'kind': the label 'top' is none of the")
    table(tmp_path, "a,b,kind\n1,2,low\n3,4,?\n")
    told(text, tmp_path, "t.csv, line 3, column 'kind': the value is missing")
    table(tmp_path, "a,b,kind\n1,2,3\n3,4,x\n")
    told(classes(CSV.format(", classes=[1, 2, 3]")), tmp_path, "'x' is no number")


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.float64, ">f4"])
def test_arrays_of_numbers(tmp_path: Path, dtype: Any) -> None:
    y = np.array([4, 2, 9, 2], dtype)
    np.savez(tmp_path / "a.npz", x_train=np.ones((4, 2)), y_train=y)
    np.save(tmp_path / "x.npy", np.ones((4, 2)))
    np.save(tmp_path / "y.npy", y[:, None])
    for source in ('npz("a.npz")', 'npy(x="x.npy", y="y.npy")'):
        parts, learnt = load(classes(source), tmp_path)
        assert parts["train"][1].tolist() == [1, 0, 2, 0]
        assert parts["train"][1].dtype == np.intp
        assert learnt["data/classes"].tolist() == [2, 4, 9]


def test_arrays_of_texts(tmp_path: Path) -> None:
    y = np.array(["cat", "ant", "bee"])
    for kind in (y, y.astype("S")):
        np.savez(tmp_path / "a.npz", x_train=np.ones((3, 2)), y_train=kind)
        parts, learnt = load(classes('npz("a.npz")'), tmp_path)
        assert parts["train"][1].tolist() == [2, 0, 1]
        assert learnt["data/classes"].tolist() == ["ant", "bee", "cat"]
    text = classes('npz("a.npz", classes=["cat", "bee", "ant"])')
    assert load(text, tmp_path)[0]["train"][1].tolist() == [0, 2, 1]


def test_idx_files(tmp_path: Path) -> None:
    for name, axes, data in (("x", (3, 2), b"abcdef"), ("y", (3,), b"\x05\x03\x04")):
        head = bytes([0, 0, 8, len(axes)]) + struct.pack(f">{len(axes)}i", *axes)
        (tmp_path / name).write_bytes(head + data)
    parts, learnt = load(classes('idx(x="x", y="y")'), tmp_path)
    assert parts["train"][1].tolist() == [2, 0, 1]
    assert learnt["data/classes"].tolist() == [3, 4, 5]


def test_labels_of_each_place(tmp_path: Path) -> None:
    """Those that do not count are no class."""
    y = np.array([[1, 2], [255, 4], [4, 1]])
    np.savez(tmp_path / "a.npz", x_train=np.ones((3, 2, 5)), y_train=y)
    loss = "sparse_categorical_crossentropy(ignore_class=255)"
    text = spec('npz("a.npz")', "2, 5", "dense(3, softmax)", loss)
    parts, learnt = load(text, tmp_path)
    assert parts["train"][1].tolist() == [[0, 1], [255, 2], [2, 0]]
    assert learnt["data/classes"].tolist() == [1, 2, 4]


def test_classes_are_those_of_the_training_part(tmp_path: Path) -> None:
    table(tmp_path, "a,b,kind\n" + "1,2,4\n1,2,2\n1,2,7\n" * 2 + "1,2,9\n")
    told(classes(CSV.format("") + "split(test=1)"), tmp_path, "stratify=true")
    table(tmp_path, "a,b,kind\n" + "1,2,4\n1,2,2\n1,2,7\n" * 2)
    module = section(classes(CSV.format("") + "split(test=3)"), tmp_path)
    parts, learnt = module.load_data(options())
    assert parts["test"][1].tolist() == [1, 0, 2]
    table(tmp_path, "a,b,kind\n1,2,7\n1,2,7\n1,2,4\n1,2,2\n")
    parts, _ = module.load_data(options(), learnt)  # as evaluate does
    assert parts["train"][1].tolist() == [2]
    # Arrays may stand in for the table, with its labels:
    np.savez(tmp_path / "d.npz", x_test=np.ones((2, 2)), y_test=[7, 4])
    given = options(data=tmp_path / "d.npz")
    given.weights = "weights.npz"
    parts, _ = module.load_data(given, learnt)
    assert parts["test"][1].tolist() == [2, 1]
