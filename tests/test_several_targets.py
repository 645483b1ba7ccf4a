"""Transforms of the labels of one of several outputs, by `of=`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.source import Source
from tests.data.section import options, section
from tests.test_network_scripts import lint, unused

N, TEST = 80, 20
NETWORK = """
network {
  input(2)
  dense(8, tanh) as hidden
  dense(1) as price
  dense(2) from hidden as size
  dense(1, sigmoid) from hidden as sold
  output(price, size, sold)
}
training {
  loss = [price: mse, size: mse, sold: binary_crossentropy]
  loss_weights = [size: 0.5]
  metrics = [price: [mae, rmse], size: [mae, r2_score], sold: [accuracy, auc]]
  optimizer = adam(0.01)
  epochs = 3
}
"""
TRANSFORMS = """
  standardize()
  log(of=price, offset=1)
  standardize(of=price)
  minmax(of=size)
  split(test=20)
"""
TABLE = (
    """
data {
  csv("t.csv", features=["a", "b"],
    target=[price: "price", size: ["height", "width"], sold: "sold"])"""
    + TRANSFORMS
    + "}\n"
    + NETWORK
)
ARRAYS = (
    """
data {
  npz("t.npz", x="x", y=[price: "price", size: "size", sold: "sold"], x_test=none,
    y_test=none)"""
    + TRANSFORMS
    + "}\n"
    + NETWORK
)


def written(folder: Path) -> dict[str, Any]:
    """The same data as a table and as an archive; the labels by their outputs."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(N, 2)).round(3)
    found = {
        "price": np.exp(6 + x[:, :1]).round(2),
        "size": (x @ rng.normal(size=(2, 2)) * [5, 90] + 50).round(2),
        "sold": (x[:, :1] > 0).astype(int),
    }
    np.savez(folder / "t.npz", x=x, **found)
    with (folder / "t.csv").open("w") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["a", "b", "price", "height", "width", "sold"])
        rows.writerows(np.hstack([x, *found.values()]).tolist())
    return found


@pytest.fixture(params=[TABLE, ARRAYS], ids=["table", "arrays"])
def module(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)
    return section(request.param, tmp_path)


def test_each_output_has_transforms_of_its_own(
    module: ModuleType, tmp_path: Path
) -> None:
    y = written(tmp_path)
    parts, learnt = module.load_data(options())
    log, size = np.log(y["price"] + 1), y["size"]
    low, high = size[:-TEST].min(0), size[:-TEST].max(0)
    expected = {
        "price": (log - log[:-TEST].mean()) / log[:-TEST].std(),
        "size": (size - low) / (high - low),
        "sold": y["sold"],
    }
    for part, rows in (("train", slice(N - TEST)), ("test", slice(N - TEST, N))):
        for name, values in expected.items():
            found = parts[part][1][name]
            assert found.dtype == np.float32
            np.testing.assert_allclose(found, values[rows], rtol=1e-5, atol=1e-6)
    back = module.restore_target_size(parts["train"][1]["size"], learnt)
    np.testing.assert_allclose(back, size[:-TEST], rtol=1e-4, atol=1e-4)


def test_metrics_and_predictions_are_in_units_of_the_data(
    module: ModuleType, tmp_path: Path, capsys: Any
) -> None:
    y = written(tmp_path)
    out = str(tmp_path / "run")
    assert module.main(["train", "--json", "--out", out]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    model = module.Model(f"{out}/weights.npz")
    with np.load(tmp_path / "t.npz") as arrays:
        p = model.predict(arrays["x"][-TEST:])
    error = np.abs(p["price"] - y["price"][-TEST:])
    assert told["test_price_mae"] == pytest.approx(error.mean(), rel=1e-5)
    assert told["test_size_mae"] == pytest.approx(
        np.abs(p["size"] - y["size"][-TEST:]).mean(), rel=1e-5
    )
    assert module.main(["evaluate", "--json", "--weights", f"{out}/weights.npz"]) == 0
    assert json.loads(capsys.readouterr().out) == told
    assert module.main(["gradcheck"]) == 0


def test_predicted_columns_are_in_units_of_the_data(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)
    written(tmp_path)
    module = section(TABLE, tmp_path)
    out = str(tmp_path / "run")
    assert module.main(["train", "--quiet", "--out", out]) == 0
    capsys.readouterr()
    weights = f"{out}/weights.npz"
    assert module.main(["predict", str(tmp_path / "t.csv"), "--weights", weights]) == 0
    rows = [*csv.DictReader(io.StringIO(capsys.readouterr().out))]
    with np.load(tmp_path / "t.npz") as arrays:
        p = module.Model(weights).predict(arrays["x"])
    sizes = ["size_prediction_height", "size_prediction_width"]
    assert [*rows[0]][:3] == ["price_prediction", *sizes]
    pairs = [[float(row[name]) for name in sizes] for row in rows]
    np.testing.assert_allclose(pairs, p["size"], rtol=1e-5)
    found = [float(row["price_prediction"]) for row in rows]
    np.testing.assert_allclose(found, p["price"][:, 0], rtol=1e-5)
    assert min(found) > 50, "they are prices again, of about 400"


def test_scripts_are_clean(tmp_path: Path) -> None:
    for name, text in (("table", TABLE), ("arrays", ARRAYS)):
        code = nnspec.compile(text.replace("size", "the_length_and_the_width"))
        assert {*unused(code)} <= {"holds_numbers"}
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    lint(tmp_path)


def test_a_logarithm_is_told_with_the_output_and_its_row(tmp_path: Path) -> None:
    y = written(tmp_path)
    y["price"][7] = -1
    np.savez(tmp_path / "t.npz", x=np.ones((N, 2)), **y)
    module = section(ARRAYS, tmp_path)
    with pytest.raises(module.InputError, match="train, price, row 7"):
        module.load_data(options())


@pytest.mark.parametrize(
    ("transform", "told"),
    [
        ("standardize(of=sold)", "this one is of classes"),
        ("scale(2, of=target)", "say which output it is for: `of=price` or `of=size`"),
        ("log(of=prices)", "did you mean `price`?"),
        ("standardize(of=a)", 'a column is written in quotes: "a"'),
        ("impute(mean, of=price)", "no input is called `price`"),
        ("minmax(of=size)", "is there twice"),
    ],
)
def test_what_does_not_go_with_an_output(transform: str, told: str) -> None:
    text = TABLE.replace("  split", f"  {transform}\n  split")
    found = check(Source("a.nn", text)).diagnostics
    assert any(told in f"{d.message} {d.help}" for d in found), found


CLASSES = TABLE.replace('sold: "sold"])', 'sold: "sold"], classes=[sold: [1, 0]])')


def test_classes_of_one_output_are_in_the_order_of_the_spec(tmp_path: Path) -> None:
    y = written(tmp_path)
    module = section(CLASSES, tmp_path)
    parts, learnt = module.load_data(options())
    assert learnt["data/sold/classes"].tolist() == [1, 0]
    found = parts["train"][1]["sold"]
    assert np.array_equal(found, 1 - y["sold"][:-TEST])


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ('[slod: ["1", "0"]]', "did you mean `sold`?"),
        ('[sold: ["1", "0", "2"]]', "network tells 2 classes apart"),
        ('["1", "0"]', "say which output it is of"),
    ],
)
def test_classes_that_no_output_has(listed: str, told: str) -> None:
    text = CLASSES.replace("[sold: [1, 0]]", listed)
    found = check(Source("a.nn", text)).diagnostics
    assert any(told in f"{d.message} {d.help}" for d in found), found
