"""Ids of categories, texts in order, and dates, as scikit-learn makes them."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from nnspec.compiler import Analysis, check
from nnspec.facts.reader import FileReader
from nnspec.source import Source
from tests.data.section import load, options, read, saved, section, spec, values

SIZES = ["small", "medium", "large"]
KEPT = 60  # rows of 100 are for training
FIRST = date(2019, 12, 20)


def clothes(folder: Path) -> Any:
    """Write a table of clothes, and return its features: size, colour, day, price."""
    draw = random.Random(1)
    rows: list[list[Any]] = []
    for _ in range(100):
        day = FIRST + timedelta(days=draw.randint(0, 500))
        colour = draw.choice(["red", "blue", "green"])
        rows.append([draw.choice(SIZES), colour, str(day), draw.randint(1, 99)])
    rows[90][1] = "pink"  # the training part has no such
    lines = [",".join(map(str, [*row, 1])) for row in rows]
    text = "\n".join(["size,colour,day,price,y", *lines]) + "\n"
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return np.array(rows, dtype=object)


def checked(text: str, folder: Path) -> Analysis:
    """What there is to say of a spec whose files are in a folder."""
    return check(Source("spec.nn", text), facts=FileReader(folder, lambda: None))


def compiled(steps: str, folder: Path) -> str:
    """A spec with the width that its table tells."""
    text = values(f'csv("t.csv", target="y")\n{steps}\nsplit(test=40)', "")
    found = checked(text.replace("input()\n", ""), folder)
    assert found.model is not None, found.diagnostics
    assert not found.diagnostics
    (width,) = found.model.input_shape
    return text.replace("input()", f"input({width})")


def one_hot() -> OneHotEncoder:
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def in_order() -> OrdinalEncoder:
    return OrdinalEncoder(categories=[SIZES])


def parts_of_date() -> FunctionTransformer:
    """Each date as its parts; days are from the first day of the training part."""

    def parts(cells: Any) -> Any:
        days = [date.fromisoformat(text) for text in cells[:, 0]]
        rows = [[d.year, d.month, d.day, d.weekday(), d.toordinal()] for d in days]
        return np.array(rows)

    return FunctionTransformer(parts)


@pytest.mark.parametrize(
    ("steps", "pipeline"),
    [
        (
            f'ordinal("size", {SIZES})\ndates("day")\none_hot()'.replace("'", '"'),
            [
                ("s", in_order(), [0]),
                ("c", one_hot(), [1]),
                ("d", parts_of_date(), [2]),
                ("p", "passthrough", [3]),
            ],
        ),
        (
            'dates(["day"])\none_hot(["colour"])\nstandardize(of=["day", "price"])\n'
            f'ordinal("size", {SIZES})\n'.replace("'", '"'),
            [
                ("s", in_order(), [0]),
                ("c", one_hot(), [1]),
                ("d", make_pipeline(parts_of_date(), StandardScaler()), [2]),
                ("p", StandardScaler(), [3]),
            ],
        ),
        (
            f'standardize()\nordinal("size", {SIZES})\n'.replace("'", '"')
            + 'dates("day")\none_hot("colour")',
            [
                ("s", make_pipeline(in_order(), StandardScaler()), [0]),
                ("c", one_hot(), [1]),
                ("d", make_pipeline(parts_of_date(), StandardScaler()), [2]),
                ("p", StandardScaler(), [3]),
            ],
        ),
    ],
)
def test_the_columns_are_those_of_scikit_learn(
    tmp_path: Path, steps: str, pipeline: Any
) -> None:
    rows = clothes(tmp_path)
    expected = ColumnTransformer(pipeline)
    train = expected.fit_transform(rows[:KEPT]).astype(float)
    test = expected.transform(rows[KEPT:]).astype(float)
    days = 1 + 3 + 4  # the place of the days, before which size and colours stand
    if "standardize" not in steps:  # which shifts them itself
        first = train[:, days].min()
        train[:, days] -= first
        test[:, days] -= first
    text = compiled(steps, tmp_path)
    parts, learnt = load(text, tmp_path)
    np.testing.assert_allclose(parts["train"][0], train, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(parts["test"][0], test, rtol=1e-9, atol=1e-9)
    module = section(text, tmp_path)  # predict knows the weights alone
    found = read(module, tmp_path / "t.csv", learnt)
    whole = np.concatenate([train, test])
    np.testing.assert_allclose(found, whole, rtol=1e-9, atol=1e-9)


IDS = "embedding({}, 2)\nflatten\ndense(1)"


def ids(steps: str, count: int = 9) -> str:
    lines = f'csv("t.csv", target="y", features=["colour", "size"])\n{steps}'
    text = spec(f"{lines}\nsplit(test=40)", "2", IDS.format(count), "mse")
    return text


@pytest.mark.parametrize("steps", ["category_ids()", 'category_ids(of=["colour", 0])'])
def test_ids_of_categories(tmp_path: Path, steps: str) -> None:
    rows = clothes(tmp_path)[:, [1, 0]]
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    train = encoder.fit_transform(rows[:KEPT]) + 1
    test = encoder.transform(rows[KEPT:]) + 1
    assert (test == 0).sum() == 1
    parts, learnt = load(ids(steps), tmp_path)
    np.testing.assert_array_equal(parts["train"][0], train)
    np.testing.assert_array_equal(parts["test"][0], test)
    assert parts["train"][0].dtype == np.intp
    module = section(ids(steps), tmp_path)
    found = read(module, tmp_path / "t.csv", learnt)
    np.testing.assert_array_equal(found, np.concatenate([train, test]))
    module = section(ids(steps), tmp_path)
    model = module.Model(saved(module, learnt))
    assert model.predict([{"colour": "black", "size": "small"}]).shape == (1, 1)
    assert model.unknown == {"colour": 1, "size": 0}


def test_ids_of_cells_that_are_filled_in(tmp_path: Path) -> None:
    text = "size,colour,y\nS,,1\nM,red,2\nS,blue,3\n" + "S,,4\n" * 40
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    rows = np.array([line.split(",")[1::-1] for line in text.split()[1:]])
    fill = SimpleImputer(missing_values="", strategy="constant", fill_value="none")
    pipeline = make_pipeline(fill, OrdinalEncoder())
    expected = pipeline.fit_transform(rows[:3].astype(object)) + 1
    parts, _ = load(ids('impute("none")\ncategory_ids()'), tmp_path)
    np.testing.assert_array_equal(parts["train"][0], expected)


def test_ids_that_have_no_vector(tmp_path: Path) -> None:
    clothes(tmp_path)
    module = section(ids("category_ids()", 3), tmp_path)
    with pytest.raises(module.InputError, match="column 'colour': 4 ids, one for each"):
        module.load_data(options())
    (found,) = checked(ids("category_ids()", 3), tmp_path).diagnostics
    assert (found.code, str(found.help)) == ("ids-expected", "write `input_dim=4`")


def write(folder: Path, cells: list[str]) -> None:
    rows = "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))
    (folder / "t.csv").write_text(f"a,y\n{rows}", encoding="utf-8")


def of_one(steps: str, shape: str) -> str:
    return values(f'csv("t.csv", target="y")\n{steps}', shape)


def test_texts_in_order(tmp_path: Path) -> None:
    text = of_one('ordinal("a", ["3", "5+", "4"])\nimpute("4", of="a")', "1")
    write(tmp_path, ["3", "", "5+", "4"])
    assert load(text, tmp_path)[0]["train"][0].tolist() == [[0], [2], [1], [2]]
    write(tmp_path, ["3", "6", "4"])
    module = section(text, tmp_path)
    with pytest.raises(module.InputError, match="column 'a': '6' is none of the texts"):
        module.load_data(options())
    text = of_one('ordinal("a", ["u", "v"])', "1")
    write(tmp_path, ["u", "w", "v"])
    (found,) = checked(text, tmp_path).diagnostics
    assert found.message.endswith("`w` is none of the texts in order: `u`, `v`")
    write(tmp_path, ["u", "u", "v"])  # the test part has what the training part has not
    text = of_one('ordinal("a", ["u", "v"])\nsplit(test=1)', "1")
    assert not checked(text, tmp_path).diagnostics
    assert load(text, tmp_path)[0]["test"][0].tolist() == [[1]]


@pytest.mark.parametrize(
    ("cells", "format"),
    [
        (["2020-02-29", "2020-3-1 10:30", "2021/01/03T00:00:00Z", "2019.12.31"], None),
        (["29.02.2020", "01.03.2020", "03.01.2021", "31.12.2019"], "%d.%m.%Y"),
        (["20200229", "20200301", "20210103", "20191231"], "%Y%m%d"),
    ],
)
def test_dates_as_they_are_written(
    tmp_path: Path, cells: list[str], format: str | None
) -> None:
    write(tmp_path, cells)
    given = f', format="{format}"' if format else ""
    text = of_one(f'dates("a"{given})', "5")
    expected = [
        [2020, 2, 29, 5, 60],
        [2020, 3, 1, 6, 61],
        [2021, 1, 3, 6, 369],
        [2019, 12, 31, 1, 0],
    ]
    parts, learnt = load(text, tmp_path)
    assert parts["train"][0].tolist() == expected
    module = section(text, tmp_path)
    assert read(module, tmp_path / "t.csv", learnt).tolist() == expected
    if format is None:
        module = section(text, tmp_path)
        model = module.Model(saved(module, learnt))
        days = [{"a": date(2020, 1, 1)}, {"a": datetime(2020, 1, 1, 12)}]
        assert model.predict(days).shape == (2, 1)


def test_days_count_from_the_first_of_the_training_part(tmp_path: Path) -> None:
    write(tmp_path, ["2020-01-05", "", "2020-01-09", "2020-01-01"])
    text = of_one('dates("a")\nimpute(mean)\nsplit(test=1)', "5")
    parts, _ = load(text, tmp_path)
    assert parts["train"][0][:, 4].tolist() == [0, 2, 4]
    assert parts["test"][0].tolist() == [[2020, 1, 1, 2, -4]]


def test_what_is_no_date(tmp_path: Path) -> None:
    write(tmp_path, ["2020-01-05", "2020-02-30", "2020-01-09"])
    module = section(of_one('dates("a")', "5"), tmp_path)
    with pytest.raises(module.InputError) as found:
        module.load_data(options())
    assert str(found.value).endswith(
        "t.csv, line 3, column 'a': '2020-02-30' is no date as %Y-%m-%d; correct it, "
        "or write another format= in dates()"
    )
    write(tmp_path, ["2020-01-05", "", "2020-01-09"])
    module = section(of_one('dates("a")', "5"), tmp_path)
    with pytest.raises(module.InputError, match="line 3, column 'a: year': the value"):
        module.load_data(options())
    (blank,) = checked(of_one('dates("a")', "5"), tmp_path).diagnostics
    assert blank.code == "missing-value"


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ('category_ids("a")\none_hot("a")', "transform-conflict"),
        ("category_ids()\none_hot()", "transform-conflict"),
        ('dates("a")\nordinal("a", ["u", "v"])', "transform-conflict"),
        ('dates("a")\ndates("a")', "transform-conflict"),
        ('ordinal("a", ["u", "v"])\nordinal("a", ["u", "v"])', "doubled-transform"),
        ('ordinal("a", ["u"])', "argument-type"),
        ('ordinal("a", ["u", "u"])', "argument-type"),
        ('category_ids("a")\nstandardize(of="a")', "transform-conflict"),
        ('dates("y")', "target-in-features"),
        ('ordinal("b", ["u", "v"])', "unknown-column"),
    ],
)
def test_columns_that_cannot_be_taken(steps: str, code: str) -> None:
    lines = f'csv("t.csv", target="y", features=["a"])\n{steps}'
    found = check(Source("spec.nn", spec(lines, "1", IDS.format(9), "mse"))).diagnostics
    codes = {d.code for d in found} - {"ids-expected", "shape-mismatch"}
    assert codes == {code}


def test_inputs_take_what_is_made_of_their_columns(tmp_path: Path) -> None:
    clothes(tmp_path)
    features = '[numbers: ["price", "day"], colour: "colour", size: "size"]'
    data = f'csv("t.csv", target="y", features={features})\ndates("day")'
    data += '\ncategory_ids("colour")\nordinal("size", ["small", "medium", "large"])'
    network = (
        "network {\ninput(6) as numbers\ninput(1) as colour\ninput(1) as size\n"
        "embedding(9, 2) from colour\nflatten as looked\n"
        "concatenate from numbers, looked, size\ndense(1)\n}\n"
    )
    text = f"data {{\n{data}\n}}\n{network}training {{\nloss = mse\n}}\n"
    assert not checked(text, tmp_path).diagnostics
    module = section(text, tmp_path)
    parts, _ = module.load_data(options())
    x = parts["train"][0]
    whole = 'csv("t.csv", target="y", features=["price", "day"])\ndates("day")'
    same, _ = load(values(whole, "6"), tmp_path)
    found = {name: x[name] for name in ("numbers", "colour", "size")}
    np.testing.assert_array_equal(found["numbers"], same["train"][0])
    assert {*np.unique(found["colour"])} == {1, 2, 3, 4}  # pink is in it, too
    assert {*np.unique(found["size"])} == {0, 1, 2}
