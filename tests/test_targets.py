"""Transforms of the target: the loss in its units, all else in those of the data."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from tests.data.section import Array, options, section, spec
from tests.data.test_tables import table, told

N, TEST = 60, 20


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def written(folder: Path) -> tuple[Array, Array]:
    """A table of one feature and two targets, far from 1 and from each other."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(N, 1)).round(3)
    noise = rng.normal(size=(N, 2)) * [0.1, 3.0]
    y = (np.hstack([np.exp(5 + x), 50 * x]) * (1 + noise[:, :1]) + noise).round(3)
    y[:, 0] = np.abs(y[:, 0])
    lines = [f"{a},{b},{c}" for (a,), (b, c) in zip(x, y, strict=True)]
    (folder / "t.csv").write_text("a,price,width\n" + "\n".join(lines) + "\n")
    return x, y


def text(*transforms: str, target: str = '["price", "width"]', units: int = 2) -> str:
    data = [f'csv("t.csv", target={target}, features=["a"])', *transforms]
    found = spec(
        "\n".join([*data, f"split(test={TEST})"]), "1", f"dense({units})", "mse"
    )
    found = found.replace("float32", "float64").removesuffix("}\n")
    return (
        found + "metrics = [mae, mse, rmse, r2_score]\noptimizer = sgd\nepochs = 9\n}\n"
    )


def log_1000(y: Array) -> Array:
    return np.log(y + 1000)


CASES: dict[str, tuple[list[str], Any, Any]] = {
    "standardize": (
        ["standardize(target)"],
        lambda s, y: s.transform(y),
        lambda y: StandardScaler().fit(y),
    ),
    "minmax": (
        ["minmax(of=target)"],
        lambda s, y: s.transform(y),
        lambda y: MinMaxScaler().fit(y),
    ),
    "scale": (["scale(1/100, 3, of=target)"], lambda _, y: y / 100 + 3, lambda _: None),
    "log": (["log(target, offset=1000)"], lambda _, y: log_1000(y), lambda _: None),
    "all": (
        ["scale(2, of=target)", "log(target, 1000)", "standardize(target)"],
        lambda s, y: s.transform(log_1000(2 * y)),
        lambda y: StandardScaler().fit(log_1000(2 * y)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_targets_are_those_of_scikit_learn(tmp_path: Path, name: str) -> None:
    transforms, apply, learn = CASES[name]
    _, y = written(tmp_path)
    module = section(text(*transforms), tmp_path)
    parts, learnt = module.load_data(options())
    learned = learn(y[:-TEST])
    for part, expected in (("train", y[:-TEST]), ("test", y[-TEST:])):
        found = parts[part][1]
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, apply(learned, expected), rtol=1e-12)
        np.testing.assert_allclose(module.restore_target(found, learnt), expected)


def run(module: ModuleType, folder: Path, capsys: Any) -> tuple[dict[str, Any], Array]:
    """What a training tells of the test part, and predictions for its rows."""
    assert module.main(["train", "--json", "--out", str(folder / "run")]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    weights = str(folder / "run" / "weights.npz")
    assert module.main(["evaluate", "--weights", weights, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == pytest.approx(result)
    assert module.main(["predict", str(folder / "t.csv"), "--weights", weights]) == 0
    rows = [*csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert [*rows[0]] == ["prediction_price", "prediction_width"]
    p = np.array([[float(value) for value in row.values()] for row in rows])
    x, _ = written(folder)
    np.testing.assert_allclose(module.Model(weights).predict(x), p)
    return result, p[-TEST:]


@pytest.mark.parametrize("name", CASES)
def test_metrics_and_predictions_are_in_units_of_the_table(
    tmp_path: Path, capsys: Any, name: str
) -> None:
    transforms, apply, learn = CASES[name]
    _, y = written(tmp_path)
    module = section(text("standardize()", *transforms), tmp_path)
    found, p = run(module, tmp_path, capsys)
    learned = learn(y[:-TEST])
    true, loss = y[-TEST:], found.pop("test_loss")
    assert loss == pytest.approx(
        mean_squared_error(apply(learned, true), apply(learned, p))
    )
    mse = mean_squared_error(true, p)
    assert found == pytest.approx(
        {
            "test_mae": mean_absolute_error(true, p),
            "test_mse": mse,
            "test_rmse": mse**0.5,
            "test_r2_score": r2_score(true, p),
        }
    )


def test_a_linear_model_of_logarithms(tmp_path: Path) -> None:
    """Trained to the end, it is the least squares that scikit-learn finds."""
    x, y = written(tmp_path)
    given = text("log(target)", "standardize(target)", target='"price"', units=1)
    given = given.replace(
        "optimizer = sgd\nepochs = 9",
        "optimizer = sgd(0.1)\nepochs = 300\nbatch_size = 40",
    )
    model, _ = section(given, tmp_path).train()
    theirs = TransformedTargetRegressor(
        LinearRegression(), transformer=FunctionTransformer(np.log, np.exp)
    ).fit(x[:-TEST], y[:-TEST, 0])
    np.testing.assert_allclose(model.predict(x)[:, 0], theirs.predict(x), rtol=1e-5)


def test_a_target_without_a_logarithm_is_told_with_its_row(tmp_path: Path) -> None:
    rows = "".join(f"{i},{v},1\n" for i, v in enumerate([3, -2, 4] * 10))
    table(tmp_path, "a,price,width\n" + rows)
    one = {"target": '"price"', "units": 1}
    told(text("log(target)", **one), tmp_path, "t.csv, line 3: the target is -2 with")  # type: ignore[arg-type]
    told(text("log(target, 2)", **one), tmp_path, "the target is 0 with the offset")  # type: ignore[arg-type]
    section(text("log(target, 2.5)", **one), tmp_path).load_data(options())  # type: ignore[arg-type]


def test_a_constant_target_stays_finite(tmp_path: Path) -> None:
    table(tmp_path, "a,price,width\n" + "".join(f"{i},5,{i}\n" for i in range(30)))
    module = section(text("standardize(target)"), tmp_path)
    parts, learnt = module.load_data(options())
    assert not parts["train"][1][:, 0].any()
    assert module.restore_target(parts["test"][1], learnt)[:, 0].tolist() == [5] * TEST


def test_a_target_far_from_0_is_told(tmp_path: Path, capsys: Any) -> None:
    written(tmp_path)
    for transforms, expected in (((), True), (("standardize(target)",), False)):
        module = section(text(*transforms), tmp_path)
        module.main(["train", "--out", str(tmp_path / str(expected))])
        err = capsys.readouterr().err
        assert ("standardize(target) in the data section" in err) == expected


def test_a_training_goes_on_with_what_it_has_learnt_of_targets(
    tmp_path: Path, capsys: Any
) -> None:
    """--resume is as if without a break; other transforms of the target are refused."""
    written(tmp_path)
    transforms = "log(target, offset=1000)", "standardize(target)"
    module, found = section(text(*transforms), tmp_path), {}
    for name, epochs in (("whole", ["4"]), ("parts", ["2", "4"])):
        for i, number in enumerate(epochs):
            more = ["--resume"] if i else []
            command = ["--epochs", number, "--out", str(tmp_path / name), *more]
            assert module.main(["train", "--quiet", *command]) == 0
        with np.load(tmp_path / name / "weights.npz") as file:
            found[name] = dict(file)
    assert found["whole"].keys() == found["parts"].keys()
    for name, array in found["whole"].items():
        np.testing.assert_array_equal(array, found["parts"][name], err_msg=name)
    other = section(text("log(target, offset=999)", "standardize(target)"), tmp_path)
    command = ["--epochs", "6", "--out", str(tmp_path / "parts"), "--resume"]
    assert other.main(["train", "--quiet", *command]) == 3
    assert "it was trained with transforms" in capsys.readouterr().err
