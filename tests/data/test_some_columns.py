"""Columns of tables: what transforms make of some of them, as scikit-learn makes it.

The pipelines of scikit-learn are fitted to the rows of the training part alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    StandardScaler,
)

import nnspec
from nnspec.compiler import Analysis, check
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from tests.data.section import load, options, read, saved, section, values

NAMES = ["age", "fare", "city", "deck"]
AGE, FARE, CITY, DECK = ([place] for place in range(4))
KEPT = 60  # rows of 100 are for training


def people(folder: Path, *, blanks: bool = True) -> list[list[Any]]:
    """Write a table of people, with some cells blank, and return its features."""
    draw = random.Random(0)
    rows = []
    for _ in range(100):
        row: list[Any] = [draw.randint(1, 90), round(draw.expovariate(0.1), 2)]
        row += [draw.choices(["Rome", "Oslo", "Bern"], [5, 4, 1])[0], draw.choice("AB")]
        if blanks:
            row = [None if draw.random() < 0.2 else cell for cell in row]
        rows.append(row)
    rows[90][2] = "Lima"  # the training part has no such
    lines = [",".join("" if c is None else str(c) for c in [*row, 1]) for row in rows]
    text = "\n".join([",".join([*NAMES, "y"]), *lines]) + "\n"
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return rows


def spec(steps: str, shape: str = "") -> str:
    text = values(f'csv("t.csv", target="y")\n{steps}\nsplit(test=40)', shape)
    return text if shape else text.replace("input()\n", "")


def checked(text: str, folder: Path) -> Analysis:
    """What there is to say of a spec whose files are in a folder."""
    return check(Source("spec.nn", text), facts=FileReader(folder, lambda: None))


def compiled(steps: str, folder: Path) -> str:
    """A spec with the width that its table tells."""
    found = checked(spec(steps), folder)
    assert found.model is not None, found.diagnostics
    (width,) = found.model.input_shape
    return spec(steps, str(width))


def one_hot() -> OneHotEncoder:
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def filled(strategy: str, text: str | None = None) -> Any:
    """What fills in numbers, or texts."""
    if strategy in ("mean", "median"):
        as_numbers = FunctionTransformer(lambda cells: cells.astype(float))
        return make_pipeline(as_numbers, SimpleImputer(strategy=strategy))
    return SimpleImputer(missing_values=None, strategy=strategy, fill_value=text)


FILLED = 'impute(median, of="age")\nimpute(mean, of=["fare"])\n'
TEXTS = [("city", one_hot(), CITY), ("deck", one_hot(), DECK)]


@pytest.mark.parametrize(
    ("steps", "blanks", "pipeline"),
    [
        (
            'standardize(of="age")\none_hot()',
            False,
            [("a", StandardScaler(), AGE), ("f", "passthrough", FARE), *TEXTS],
        ),
        (
            'one_hot()\nstandardize(of=["age"])\nminmax(columns="fare")',
            False,
            [("a", StandardScaler(), AGE), ("f", MinMaxScaler(), FARE), *TEXTS],
        ),
        (
            'standardize(of="age")\nstandardize(of="fare")\none_hot()\nminmax()',
            False,
            [
                ("a", make_pipeline(StandardScaler(), MinMaxScaler()), AGE),
                ("f", make_pipeline(StandardScaler(), MinMaxScaler()), FARE),
                *TEXTS,
            ],
        ),
        (
            f'{FILLED}impute("missing")\nstandardize(of=["age", "fare"])\none_hot()',
            True,
            [
                ("a", make_pipeline(filled("median"), StandardScaler()), AGE),
                ("f", make_pipeline(filled("mean"), StandardScaler()), FARE),
                ("c", make_pipeline(filled("constant", "missing"), one_hot()), CITY),
                ("d", make_pipeline(filled("constant", "missing"), one_hot()), DECK),
            ],
        ),
        (
            'impute("none", of="deck")\nimpute(most_frequent, of="city")\n'
            f"{FILLED}one_hot()",
            True,
            [
                ("a", filled("median"), AGE),
                ("f", filled("mean"), FARE),
                ("c", make_pipeline(filled("most_frequent"), one_hot()), CITY),
                ("d", make_pipeline(filled("constant", "none"), one_hot()), DECK),
            ],
        ),
        (
            'impute(median)\nimpute("Rome", of="city")\none_hot()\n',
            True,
            [
                ("a", filled("median"), AGE),
                ("f", filled("median"), FARE),
                ("c", make_pipeline(filled("constant", "Rome"), one_hot()), CITY),
                ("d", make_pipeline(filled("most_frequent"), one_hot()), DECK),
            ],
        ),
    ],
)
def test_the_columns_are_those_of_scikit_learn(
    tmp_path: Path, steps: str, blanks: bool, pipeline: Sequence[Any]
) -> None:
    rows = np.array(people(tmp_path, blanks=blanks), dtype=object)
    expected = ColumnTransformer(pipeline)
    train = expected.fit_transform(rows[:KEPT]).astype(float)
    test = expected.transform(rows[KEPT:]).astype(float)
    text = compiled(steps, tmp_path)
    parts, learnt = load(text, tmp_path)
    np.testing.assert_allclose(parts["train"][0], train, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(parts["test"][0], test, rtol=1e-12, atol=1e-12)
    module = section(text, tmp_path)  # predict knows the weights alone
    whole = np.concatenate([train, test])
    found = read(module, tmp_path / "t.csv", learnt)
    np.testing.assert_allclose(found, whole, rtol=1e-12, atol=1e-12)


def test_scale_of_a_column(tmp_path: Path) -> None:
    rows = people(tmp_path, blanks=False)
    parts, _ = load(
        compiled('scale(1/100, 2, of="age")\none_hot()', tmp_path), tmp_path
    )
    expected = [[row[0] / 100 + 2, row[1]] for row in rows[:KEPT]]
    np.testing.assert_allclose(parts["train"][0][:, :2], expected, rtol=1e-12)


def test_cells_that_nothing_fills_in(tmp_path: Path) -> None:
    people(tmp_path)
    for steps, column in (
        ('impute(mean, of="age")\none_hot()', "fare"),
        ('impute("missing")\none_hot()', "age"),
        (f"{FILLED}one_hot()", "city"),
    ):
        module = section(spec(steps, "9"), tmp_path)
        with pytest.raises(module.InputError, match=f"column '{column}': the value is"):
            module.load_data(options())
        found = checked(spec(steps), tmp_path)
        assert f"column `{column}`: the value is" in found.diagnostics[0].message
    module = section(spec('impute(0)\nimpute("x", of="age")', "4"), tmp_path)
    with pytest.raises(module.InputError, match="column 'age' holds numbers"):
        module.load_data(options())


def test_a_text_that_the_training_part_never_needed(tmp_path: Path) -> None:
    text = "a,y\nu,1\nv,2\nu,3\n,4\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    lines = 'csv("t.csv", target="y")\nimpute("missing")\none_hot()\nsplit(test=1)'
    parts, _ = load(values(lines, "2"), tmp_path)
    assert parts["train"][0].tolist() == [[1, 0], [0, 1], [1, 0]]
    assert parts["test"][0].tolist() == [[0, 0]]


def test_rare_categories_with_texts_that_are_filled_in(tmp_path: Path) -> None:
    cells = ["u", "", "", "v", "u", "u", "w"]
    lines = "".join(f"{cell},5,1\n" for cell in cells)
    (tmp_path / "t.csv").write_text(f"a,b,y\n{lines}", encoding="utf-8")
    steps = 'csv("t.csv", target="y")\nimpute("?!")\none_hot(minimum=2)'
    found = checked(values(steps, "").replace("input()\n", ""), tmp_path)
    assert found.model is not None
    assert found.model.input_shape == (4,)
    encoder = OneHotEncoder(min_frequency=2, sparse_output=False)
    expected = encoder.fit_transform([["?!" if c == "" else c] for c in cells])
    parts, _ = load(values(steps, "4"), tmp_path)
    np.testing.assert_array_equal(parts["train"][0][:, :3], expected)


def test_a_model_takes_rows(tmp_path: Path) -> None:
    rows = people(tmp_path, blanks=False)
    text = compiled('impute(0, of="age")\nstandardize(of="fare")\none_hot()', tmp_path)
    module = section(text, tmp_path)
    _, learnt = module.load_data(options())
    model = module.Model(saved(module, learnt))
    dicts = [dict(zip(NAMES, row, strict=True)) for row in rows[:3]]
    assert model.predict([{**dicts[0], "age": None}, *dicts]).shape == (4, 1)
    with pytest.raises(module.InputError, match="row 0, column 'fare': the value is"):
        model.predict([{**dicts[0], "fare": None}])


@pytest.mark.parametrize(
    ("steps", "code", "help"),
    [
        ('standardize(of="y")', "target-in-features", "write `standardize(target)`"),
        ('impute(0, of=["y"])', "target-in-features", "take it out of `impute`"),
        ('scale(2, of="agge")', "unknown-column", None),
        (
            'minmax(of=["age", "city"])\none_hot(["city"])',
            "transform-conflict",
            "take the column out of `minmax`",
        ),
        (
            'standardize(of="age")\nstandardize(of=["fare", "age"])',
            "doubled-transform",
            "remove one of the two",
        ),
        ('impute(0)\nimpute(1, of="age")', "doubled-transform", "remove one of"),
        ('impute("a")\nimpute("b")', "doubled-transform", "remove one of the two"),
        ('reshape(3)\nstandardize(of="age")', "transform-order", "put `reshape` last"),
    ],
)
def test_columns_that_cannot_be_taken(
    steps: str, code: str, help: str | None, tmp_path: Path
) -> None:
    text = spec(steps, "3").replace('"y")', '"y", features=["age", "fare", "city"])', 1)
    found = check(Source("spec.nn", text)).diagnostics
    assert [d.code for d in found if d.severity == "error"] == [code]
    if help:
        assert help in str(found[0].help)


def test_arrays_have_no_columns(tmp_path: Path) -> None:
    text = values('npz("a.npz")\nstandardize(of="age")')
    (found,) = check(Source("spec.nn", text)).diagnostics
    assert found.code == "no-columns"
    assert str(found.help) == "write `standardize` without columns"
    with pytest.raises(nnspec.SpecError):
        nnspec.compile(text, "spec.nn")
