"""Texts and rows of ids: what becomes of them, and what is wrong with them."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from templates.runtime.dense_rows import dense_rows
from tests.data.section import Array, binary, load, options, read, section, spec

TEXTS = ["good good film", "bad film", "good end", "bad bad bad end", "last words"]
LABELS = [1, 0, 1, 0, 1]
TABLE = 'csv("t.csv", target="label")\n'
#: The words of the texts by how many there are; among equals, z goes before a.
WORDS = ["bad", "good", "film", "end", "words", "last"]


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def write(path: Path, *rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def table(folder: Path, labels: list[Any] = LABELS) -> None:
    rows = [list(row) for row in zip(TEXTS, labels, strict=True)]
    write(folder / "t.csv", ["text", "label"], *rows)


def reviews(folder: Path) -> Path:
    """A data directory with the texts as IMDb's reviews, the last one for the test."""
    rows = [list(row) for row in zip(LABELS, TEXTS, strict=True)]
    write(folder / "imdb" / "train.csv.gz", ["label", "text"], *rows[:-1])
    write(folder / "imdb" / "test.csv.gz", ["label", "text"], rows[-1])
    return folder


def array(x: Any, size: int) -> list[list[float]]:
    found: list[list[float]] = dense_rows(x, size, np.float32).tolist()
    return found


def told(module: ModuleType, message: str, **given: Path) -> None:
    with pytest.raises(module.InputError, match=message) as fault:
        module.load_data(options(**given))
    assert "\n" not in str(fault.value)


BINARY = [[0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]
COUNTS = [[0, 0, 2, 1], [0, 1, 0, 1], [1, 0, 1, 0], [1, 3, 0, 0], [2, 0, 0, 0]]
IDF = [np.log(1 + 5 / (1 + n)) for n in (2, 2, 2)]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("binary", BINARY),
        ("count", COUNTS),
        ("tfidf", COUNTS * np.array([np.mean(IDF), *IDF])),
    ],
)
def test_a_column_of_texts(tmp_path: Path, mode: str, expected: Any) -> None:
    table(tmp_path)
    text = binary(f"{TABLE}bag_of_words(4, {mode})", "4")
    parts, learnt = load(text, tmp_path)
    assert learnt["data/vocabulary"].tolist() == WORDS[:3]
    assert ("data/idf" in learnt) == (mode == "tfidf")
    x, y = parts["train"]
    np.testing.assert_allclose(array(x, 4), expected, rtol=1e-6)
    assert x.common.dtype == (bool if mode == "binary" else np.float32)
    assert y.tolist() == [[label] for label in LABELS]
    module = section(text, tmp_path)
    file = write(tmp_path / "new.csv", ["text"], *([text] for text in TEXTS))
    assert array(read(module, file, learnt), 4) == array(x, 4)
    again, _ = module.load_data(options(), learnt)
    assert array(again["train"][0], 4) == array(x, 4)


def test_words_are_those_of_the_training_part(tmp_path: Path) -> None:
    table(tmp_path)
    text = f"{TABLE}split(validation=1, test=1)\nbag_of_words(100, tfidf)"
    parts, learnt = load(binary(text, "100"), tmp_path)
    assert learnt["data/vocabulary"].tolist() == ["good", "film", "end", "bad"]
    idf = [np.log(1 + 3 / (1 + n)) for n in (2, 2, 1, 1)]
    np.testing.assert_allclose(learnt["data/idf"][:6], [np.mean(idf), *idf, 0.0])
    expected = {3: idf[2], 4: 3 * idf[3]}
    (row,) = array(parts["validation"][0], 100)
    assert {i: v for i, v in enumerate(row) if v} == pytest.approx(expected)
    (row,) = array(parts["test"][0], 100)
    assert {i: v for i, v in enumerate(row) if v} == {
        0: pytest.approx(2 * learnt["data/idf"][0])
    }


def test_names_of_classes(tmp_path: Path) -> None:
    table(tmp_path, ["pos", "neg", "pos", "neg", "pos"])
    parts, learnt = load(binary(f"{TABLE}bag_of_words(4)", "4"), tmp_path)
    assert learnt["data/classes"].tolist() == ["neg", "pos"]
    assert parts["train"][1].ravel().tolist() == LABELS


def test_one_of_several_columns(tmp_path: Path) -> None:
    rows = [[i, *row] for i, row in enumerate(zip(LABELS, TEXTS, strict=True))]
    write(tmp_path / "t.csv", ["id", "label", "text"], *rows)
    source = 'csv("t.csv", target="label", features=["text"])\n'
    parts, _ = load(binary(f"{source}bag_of_words(4)", "4"), tmp_path)
    assert array(parts["train"][0], 4) == BINARY
    module = section(binary(f"{TABLE}bag_of_words(4)", "4"), tmp_path)
    told(module, r"t.csv, line 2: .* features are \['id', 'text'\]; name it, such as")


@pytest.mark.parametrize("text", ["", "  ", "NaN"])
def test_a_text_that_is_missing(tmp_path: Path, text: str) -> None:
    write(tmp_path / "t.csv", ["text", "label"], ["good", 1], [text, 0], ["bad", 1])
    module = section(binary(f"{TABLE}bag_of_words(4)", "4"), tmp_path)
    told(module, "t.csv, line 3, column 'text': the text is missing; fill it in, or")


def test_texts_without_words(tmp_path: Path) -> None:
    write(tmp_path / "t.csv", ["text", "label"], ["?!", 1], ["...", 0])
    module = section(binary(f"{TABLE}bag_of_words(4)", "4"), tmp_path)
    told(module, "vocabulary: 0 words, up to 0 letters long; give texts of words")


def test_a_table_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("text,label\ngut,1\nfür,0\n".encode("latin-1"))
    module = section(binary(f"{TABLE}bag_of_words(4)", "4"), tmp_path)
    told(module, "t.csv, line 3: not UTF-8; save it as UTF-8, or write encoding=")


def test_other_weights(tmp_path: Path) -> None:
    table(tmp_path)
    _, learnt = load(binary(f"{TABLE}bag_of_words(4)", "4"), tmp_path)
    module = section(binary(f"{TABLE}bag_of_words(4, tfidf)", "4"), tmp_path)
    with pytest.raises(module.InputError, match="the weights come without data/idf"):
        module.load_data(options(), learnt)


def test_reviews(tmp_path: Path) -> None:
    text = binary("imdb()\nbag_of_words(4)\nsplit(validation=1)", "4")
    parts, learnt = load(text, tmp_path, data_dir=reviews(tmp_path / "data"))
    assert learnt["data/vocabulary"].tolist() == ["good", "film", "end"]
    sizes = {part: (len(x), y.tolist()) for part, (x, y) in parts.items()}
    assert sizes == {
        "train": (3, [[1], [0], [1]]),
        "test": (1, [[1]]),
        "validation": (1, [[0]]),
    }
    assert array(parts["test"][0], 4) == [[1, 0, 0, 0]]
    module = section(text, tmp_path)
    file = write(tmp_path / "new.csv", ["stars", "text"], [3, "bad film"], [5, "good"])
    assert array(read(module, file, learnt), 4) == [[1, 0, 1, 0], [0, 1, 0, 0]]
    with pytest.raises(
        module.InputError, match=r"new.csv: there is no column text; it should"
    ):
        read(module, write(tmp_path / "new.csv", ["review"], ["bad"]), learnt)


def test_classes_of_reviews(tmp_path: Path) -> None:
    text = spec(
        "imdb\nbag_of_words(4)",
        "4",
        "dense(2, softmax)",
        "sparse_categorical_crossentropy",
    )
    parts, _ = load(text, tmp_path, data_dir=reviews(tmp_path / "data"))
    assert parts["train"][1].tolist() == LABELS[:-1]


def test_labels_of_reviews(tmp_path: Path) -> None:
    folder = reviews(tmp_path / "data")
    write(folder / "imdb" / "test.csv.gz", ["label", "text"], [1, "good"], [2, "bad"])
    module = section(binary("imdb\nbag_of_words(4)", "4"), tmp_path)
    told(
        module, r"imdb, test, row 1: the label 2.0 is not from 0 to 1", data_dir=folder
    )


@pytest.mark.parametrize("source", ["imdb()\n", TABLE])
def test_arrays_cannot_replace_texts(tmp_path: Path, source: str) -> None:
    module = section(binary(f"{source}bag_of_words(4)", "4"), tmp_path)
    told(module, "--data: arrays cannot replace texts", data=tmp_path / "a.npz")


# -- Rows of ids -----------------------------------------------------------------------

IDS = np.array([[0, 2, 2], [3, -1, -1], [1, 2, 3], [-1, -1, -1]])
HOT = [[1, 0, 1, 0], [0, 0, 0, 1], [0, 1, 1, 1], [0, 0, 0, 0]]
Y = np.array([0, 1, 1, 0])


def hot(source: str) -> str:
    return binary(f"{source}\nmulti_hot(4)", "4")


def test_ids_of_an_archive(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=IDS, y_train=Y)
    parts, learnt = load(hot('npz("a.npz")'), tmp_path)
    assert array(parts["train"][0], 4) == HOT
    assert learnt == {}
    np.savez(tmp_path / "b.npz", x_train=IDS[:1], y_train=Y[:1])
    parts, _ = load(hot('npz("a.npz")'), tmp_path, data=tmp_path / "b.npz")
    assert array(parts["train"][0], 4) == HOT[:1]


def test_ids_that_stay_on_disk(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", IDS)
    np.save(tmp_path / "y.npy", Y)
    text = hot('npy(x="x.npy", y="y.npy")\nsplit(validation=1, seed=1)')
    parts, _ = load(text, tmp_path)
    rows = [*array(parts["train"][0][:], 4), *array(parts["validation"][0][:], 4)]
    assert sorted(rows) == sorted(HOT)
    assert array(parts["train"][0][np.array([2, 0])], 4) == [rows[2], rows[0]]


def test_ids_to_predict_for(tmp_path: Path) -> None:
    module = section(hot('npz("a.npz")'), tmp_path)
    np.save(tmp_path / "x.npy", IDS[:, :2])
    assert array(read(module, tmp_path / "x.npy"), 4)[:2] == [
        [1, 0, 1, 0],
        HOT[1],
    ]
    np.save(tmp_path / "x.npy", IDS[2])
    assert array(read(module, tmp_path / "x.npy"), 4) == [HOT[2]]
    np.save(tmp_path / "x.npy", IDS + 1)
    with pytest.raises(
        module.InputError, match=r"x.npy, row 1, column 0: 4 is no id from 0 to 3"
    ):
        read(module, tmp_path / "x.npy")


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (IDS * 2, "a.npz, train, row 0, column 1: 4 is no id from 0 to 3"),
        (
            IDS * 1.0,
            r"a.npz, train, row 0: an array float64 \(4, 3\) holds no rows of ids",
        ),
        (IDS[:, 0], r"a.npz, train, row 0: an array int64 \(4,\) holds no rows of ids"),
        (np.array([[1], [2, 3], [1], [2]], object), "Object arrays cannot be loaded"),
    ],
)
def test_what_is_no_id(tmp_path: Path, ids: Array, message: str) -> None:
    np.savez(tmp_path / "a.npz", x_train=ids, y_train=Y)
    told(section(hot('npz("a.npz")'), tmp_path), message)


# -- Networks that do not begin with `dense` -------------------------------------------


@pytest.mark.parametrize(
    "layers",
    [
        "dropout(0.5)\ndense(1, sigmoid)",
        "flatten\ndense(1, sigmoid)",
        "reshape(2, 2)\nflatten\ndense(1, sigmoid)",
    ],
)
def test_a_batch_at_a_time_is_dense(tmp_path: Path, layers: str) -> None:
    table(tmp_path)
    text = spec(f"{TABLE}bag_of_words(4)", "4", layers, "binary_crossentropy")
    parts, learnt = load(text, tmp_path)
    x, _ = parts["train"]
    assert len(x) == len(TEXTS)
    for rows in (slice(1, 3), np.array([4, 0])):
        assert x[rows].tolist() == np.array(BINARY)[rows].tolist()
        assert x[rows].dtype == np.float32
    file = write(tmp_path / "new.csv", ["text"], *([text] for text in TEXTS))
    found = read(section(text, tmp_path), file, learnt)
    assert found[:].tolist() == BINARY
    np.save(tmp_path / "x.npy", IDS)
    np.save(tmp_path / "y.npy", Y)
    source = 'npy(x="x.npy", y="y.npy")\nmulti_hot(4)'
    parts, _ = load(spec(source, "4", layers, "binary_crossentropy"), tmp_path)
    assert parts["train"][0][1:].tolist() == HOT[1:]
    assert parts["train"][0][1:].dtype == np.float32


def test_evaluate_takes_a_file_of_reviews(tmp_path: Path) -> None:
    text = binary("imdb()\nbag_of_words(4)\nsplit(validation=1)", "4")
    module = section(text, tmp_path)
    given = options(data_dir=reviews(tmp_path / "data"))
    _, learnt = module.load_data(given)
    rows = [["1", "good film", "x"], ["0", "bad bad end", "y"]]
    given.input = write(tmp_path / "new.csv", ["label", "text", "more"], *rows)
    parts, again = module.load_data(given, learnt)
    assert {*parts} == {"test"}
    assert given.files == [given.input]
    assert again["data/vocabulary"] is learnt["data/vocabulary"]
    x, y = parts["test"]
    words = ["", *learnt["data/vocabulary"].tolist()]
    expected = [[float(word in row[1].split()) for word in words[1:]] for row in rows]
    assert [row[1:] for row in array(x, 4)] == expected
    assert y.ravel().tolist() == [1, 0]
    given.input = write(tmp_path / "new.csv", ["label", "words"], ["1", "good"])
    with pytest.raises(module.InputError, match=r"new.csv: there is no column text"):
        module.load_data(given, learnt)
