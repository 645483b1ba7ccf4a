"""The words of a column beside other features, as scikit-learn makes them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nnspec.compiler import Analysis, check
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from templates.runtime.dense_rows import dense_rows
from tests.data.section import Array, load, options, read, section, values

KEPT = 60  # rows of 80 are for training
WORDS = ["film", "good", "bad", "long", "plot", "the"]
SOURCE = 'csv("t.csv", target="y")\n'
NUMBERS = 'standardize(of=["a", "b"])\none_hot()'
BESIDE = 'csv("t.csv", features=[n: ["b", "a"], w: "text"], target="y")'


def films(folder: Path) -> Array:
    """Write a table of films, and return its features: a, text, colour, b."""
    draw, rows = random.Random(1), []
    for i in range(80):
        text = " ".join(draw.choices(WORDS, k=draw.randint(2, 6)))
        text += " unseen" if i >= KEPT else ""
        row = draw.randint(1, 99), text, draw.choice(["red", "blue"]), draw.random()
        rows.append(row)
    lines = [",".join(map(str, [*row, 1])) for row in rows]
    text = "\n".join(["a,text,colour,b,y", *lines]) + "\n"
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return np.array(rows, dtype=object)


def checked(text: str, folder: Path) -> Analysis:
    return check(Source("spec.nn", text), facts=FileReader(folder, lambda: None))


def compiled(steps: str, folder: Path, source: str = SOURCE) -> str:
    """A spec with the width that its table tells."""
    text = values(f"{source}{steps}\nsplit(test=20)", "").replace("input()\n", "")
    found = checked(text, folder)
    assert found.model is not None, found.diagnostics
    assert not found.diagnostics
    (width,) = found.model.input_shape
    return text.replace("network {", f"network {{\ninput({width})")


def numbers_of(rows: Array) -> Array:
    """Standardized numbers and one-hot colours, in the order of the columns."""
    made = ColumnTransformer(
        [
            ("a", StandardScaler(), [0]),
            ("colour", OneHotEncoder(sparse_output=False), [2]),
            ("b", StandardScaler(), [3]),
        ]
    )
    return np.asarray(made.fit(rows[:KEPT]).transform(rows), float)


def counts_of(rows: Array, vocabulary: list[str], column: int = 1) -> Array:
    """How often each word is in the texts; the first column is for all others."""
    found = CountVectorizer(vocabulary=vocabulary).transform(rows[:, column]).toarray()
    all_words = np.array([len(text.split()) for text in rows[:, column]])
    others = all_words - found.sum(axis=1)
    return np.column_stack([others, found])


@pytest.mark.parametrize("mode", ["binary", "count", "tfidf"])
def test_a_bag_beside_numbers_and_categories(tmp_path: Path, mode: str) -> None:
    rows = films(tmp_path)
    text = compiled(f'bag_of_words(6, {mode}, of="text")\n{NUMBERS}', tmp_path)
    parts, learnt = load(text, tmp_path)
    vocabulary = learnt["data/vocabulary"].tolist()
    count = CountVectorizer().fit(rows[:KEPT, 1])
    often = dict(zip(count.get_feature_names_out(), _totals(rows), strict=True))
    assert vocabulary == sorted(often, key=lambda w: (often[w], w), reverse=True)[:5]
    bag = counts_of(rows, vocabulary)
    if mode == "binary":
        bag = bag > 0
    elif mode == "tfidf":
        having = (bag[:KEPT, 1:] > 0).sum(axis=0)
        idf = np.log(1 + KEPT / (1 + having))
        bag = bag * np.array([idf.mean(), *idf])
    expected = np.hstack([numbers_of(rows), bag])
    (x, _), (test, _) = parts["train"], parts["test"]
    np.testing.assert_allclose(x[:], expected[:KEPT], atol=1e-12)
    np.testing.assert_allclose(test[:], expected[KEPT:], atol=1e-12)
    np.testing.assert_allclose(x[np.array([3, 1])], expected[[3, 1]], atol=1e-12)
    found = read(section(text, tmp_path), tmp_path / "t.csv", learnt)
    np.testing.assert_allclose(found[:], expected, atol=1e-12)


def _totals(rows: Array) -> Any:
    return CountVectorizer().fit_transform(rows[:KEPT, 1]).toarray().sum(axis=0)


def test_two_columns_have_vocabularies_of_their_own(tmp_path: Path) -> None:
    rows = films(tmp_path)
    steps = 'bag_of_words(6, count, of="text")\nbag_of_words(3, count, of="colour")'
    text = compiled(f"{steps}\nstandardize()", tmp_path)
    parts, learnt = load(text, tmp_path)
    assert sorted(learnt["data/vocabulary_1"].tolist()) == ["blue", "red"]
    bags = [counts_of(rows, learnt["data/vocabulary"].tolist())]
    bags += [counts_of(rows, learnt["data/vocabulary_1"].tolist(), column=2)]
    expected = np.hstack([numbers_of(rows)[:, [0, 3]], *bags])
    np.testing.assert_allclose(parts["train"][0][:], expected[:KEPT], atol=1e-12)


def two_inputs(transforms: str, layers: str) -> str:
    data = f"{BESIDE}\n{transforms}\nsplit(test=20)"
    network = f"input(2) as n\n{layers}\nconcatenate(n)\ndense(1)"
    training = "training {\nloss = mse\nprecision = float64\n}\n"
    return f"data {{\n{data}\n}}\nnetwork {{\n{network}\n}}\n{training}"


EMBEDDED = "input(4) as w\nembedding(6, 3)\nflatten"


def test_ids_have_an_input_of_their_own(tmp_path: Path) -> None:
    rows = films(tmp_path)
    text = two_inputs("token_ids(6, 4, of=w)\nstandardize()", EMBEDDED)
    parts, learnt = load(text, tmp_path)
    numbers = {w: i for i, w in enumerate(learnt["data/vocabulary"].tolist(), 2)}
    ids = [[numbers.get(w, 1) for w in text.split()[:4]] for text in rows[:, 1]]
    x = parts["test"][0]
    assert x["w"].tolist() == [[*row, 0, 0][:4] for row in ids[KEPT:]]
    expected = numbers_of(rows)[KEPT:][:, [3, 0]]
    np.testing.assert_allclose(x["n"], expected, atol=1e-12)


def test_a_bag_has_an_input_of_its_own(tmp_path: Path) -> None:
    rows = films(tmp_path)
    text = two_inputs('bag_of_words(6, count, of="text")', "input as w\ndense(3, relu)")
    parts, learnt = load(text, tmp_path)
    bag = counts_of(rows, learnt["data/vocabulary"].tolist())
    assert parts["train"][0]["w"][:].tolist() == bag[:KEPT].tolist()
    some = parts["train"][0][np.array([5, 2])]
    assert some["w"].tolist() == bag[[5, 2]].tolist()
    assert some["n"].tolist() == rows[[5, 2]][:, [3, 0]].tolist()


def test_the_only_feature_is_a_list_of_what_is_not_0(tmp_path: Path) -> None:
    films(tmp_path)
    source = 'csv("t.csv", target="y", features=["text"])\n'
    one = values(source + 'bag_of_words(6, of="text")', "6")
    other = values(source + "bag_of_words(6)", "6")
    parts, _ = load(one, tmp_path)
    expected, _ = load(other, tmp_path)
    found, same = (dense_rows(p["train"][0], 6, float) for p in (parts, expected))
    np.testing.assert_array_equal(found, same)


def test_a_missing_text(tmp_path: Path) -> None:
    films(tmp_path)
    path = tmp_path / "t.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[3].split(",")
    lines[3] = ",".join([cells[0], "", *cells[2:]])
    path.write_text("\n".join(lines), encoding="utf-8")
    steps = 'bag_of_words(6, count, of="text")\none_hot()'
    text = values(f"{SOURCE}{steps}\nsplit(test=20)", "10")
    fault = checked(text, tmp_path).diagnostics[0]
    assert "t.csv, line 4, column `text`: the text is missing" in fault.message
    module = section(text, tmp_path)
    with pytest.raises(module.InputError, match="line 4, column 'text'"):
        module.load_data(options())
    assert str(fault.help).startswith('add `impute("", of="text")`')
    parts, _ = load(text.replace("one_hot", 'impute("", of="text")\none_hot'), tmp_path)
    assert parts["train"][0][np.array([2])][0, 4:].tolist() == [0] * 6
    some, _ = load(text.replace("one_hot", 'impute("good film")\none_hot'), tmp_path)
    assert some["train"][0][np.array([2])][0, 4:].sum() == 2


def test_a_column_that_is_no_feature(tmp_path: Path) -> None:
    films(tmp_path)
    text = values('csv("t.csv", target="y", features=["a"])\nstandardize()', "6")
    text = text.replace("standardize()", "bag_of_words(6, of=1)")
    module = section(text, tmp_path)
    with pytest.raises(module.InputError, match="'text' is no feature"):
        module.load_data(options())


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (
            SOURCE + 'bag_of_words(6, of="text")\nstandardize(of=["text"])',
            "transform-conflict",
            '`standardize` takes the column "text", of which `bag_of_words` takes the',
        ),
        (
            SOURCE + 'bag_of_words(6, of="text")\none_hot(["text"])',
            "transform-conflict",
            '`one_hot` takes the column "text", as `bag_of_words` does',
        ),
        (
            SOURCE + 'bag_of_words(6, of=["text", "colour"])',
            "several-texts",
            "`bag_of_words` takes one column of texts, but `of` names 2",
        ),
        (
            SOURCE + 'token_ids(6, 4, of="text")',
            "ids-expected",
            "`token_ids` gives ids, which cannot stand beside other features",
        ),
        (
            SOURCE + 'bag_of_words(6, of="text")\nreshape(3, 3)',
            "transform-conflict",
            "`reshape` cannot be applied to features that have the words of a column",
        ),
        (
            'npz("t.npz")\nbag_of_words(6, of="text")',
            "no-columns",
            "`bag_of_words` of columns needs a table",
        ),
        (
            SOURCE + 'bag_of_words(6, of="y")',
            "target-in-features",
            'the column "y" is the target, not a feature',
        ),
        (
            'csv("t.csv")\nbag_of_words(6, of="text")\nreconstruct',
            "transform-conflict",
            "but `bag_of_words` makes words that stand beside it",
        ),
        (
            SOURCE + "bag_of_words(6)\nstandardize()",
            "transform-conflict",
            "`standardize` cannot be applied beside `bag_of_words`",
        ),
    ],
)
def test_what_cannot_be(data: str, code: str, message: str) -> None:
    found = check(Source("spec.nn", values(data, "9"))).diagnostics
    assert next(d.code for d in found if d.severity == "error") == code, found
    assert any(message in d.message for d in found), found


@pytest.mark.parametrize(
    ("transform", "layers", "code"),
    [
        ("token_ids(6, 4, of=w)", "input(4) as w\ndense(3)", "ids-expected"),
        ("bag_of_words(6, of=w)", "input(6) as w\nembedding(6, 3)\nflatten", "ids-"),
        ("token_ids(6, 4, of=w)", EMBEDDED.replace("(4)", "(5)"), "shape-mismatch"),
        ("token_ids(7, 4, of=w)", EMBEDDED, "ids-expected"),
    ],
)
def test_inputs_that_do_not_fit(transform: str, layers: str, code: str) -> None:
    found = check(Source("spec.nn", two_inputs(transform, layers))).diagnostics
    assert any(d.code.startswith(code) for d in found), found
