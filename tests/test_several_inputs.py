"""Transforms of the arrays of several inputs: of all numbers, or of one by `of=`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import nnspec
from nnspec import ir
from nnspec.cli import main
from nnspec.compiler import check
from nnspec.source import Source
from tests.data.section import options, section
from tests.test_network_scripts import lint, unused

N, TEST = 50, 10
SPEC = """
data {
  npz("t.npz", x=[left: "left", right: "right", city: "city"], y="y")
  TRANSFORMS
  split(test=10)
}
network {
  input(3) as left
  input(2) as right
  input(1) as city
  embedding(4, 2) from city
  flatten as known
  concatenate(known, left, right)
  dense(4, tanh)
  dense(1)
}
training {
  loss = mse
  metrics = [mae]
  epochs = 2
}
"""
ALL = "standardize()"
EACH = "scale(2, 1, of=left)\n  minmax(of=right)\n  standardize(of=left)"
FILLED = "impute(mean)\n  standardize(of=right)"


def spec(transforms: str) -> str:
    return SPEC.replace("TRANSFORMS", transforms)


def written(folder: Path, *, missing: bool = False) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    x = {"left": rng.normal(5, 2, (N, 3)), "right": rng.normal(-9, 30, (N, 2))}
    if missing:
        x["right"][3, 1] = np.nan
    x["city"] = rng.integers(4, size=(N, 1))
    np.savez(folder / "t.npz", **x, y=x["left"][:, :1])
    return x


def standardized(x: Any) -> Any:
    return StandardScaler().fit(x[:-TEST]).transform(x)


def filled(x: Any) -> Any:
    return np.where(np.isnan(x), np.nanmean(x[:-TEST], axis=0), x)


@pytest.mark.parametrize(
    ("transforms", "left", "right"),
    [
        (ALL, standardized, standardized),
        (EACH, standardized, lambda x: MinMaxScaler().fit(x[:-TEST]).transform(x)),
        (FILLED, lambda x: x, lambda x: standardized(filled(x))),
        ("scale(1/4)", lambda x: x / 4, lambda x: x / 4),
    ],
)
def test_each_input_learns_from_its_own_training_part(
    tmp_path: Path, transforms: str, left: Any, right: Any
) -> None:
    x = written(tmp_path, missing=transforms == FILLED)
    module = section(spec(transforms), tmp_path)
    found = module.load_data(options())
    parts = found[0] if isinstance(found, tuple) else found
    for part, rows in (("train", slice(N - TEST)), ("test", slice(N - TEST, N))):
        given = parts[part][0]
        np.testing.assert_allclose(given["left"], left(x["left"])[rows], 2e-6, 1e-6)
        np.testing.assert_allclose(given["right"], right(x["right"])[rows], 2e-6, 1e-6)
        assert np.array_equal(given["city"], x["city"][rows])
        assert given["city"].dtype == np.intp


@pytest.mark.parametrize("transforms", [ALL, EACH, FILLED])
def test_predictions_prepare_samples_as_the_training_did(
    tmp_path: Path, transforms: str, capsys: Any
) -> None:
    x = written(tmp_path)
    module = section(spec(transforms), tmp_path)
    out = tmp_path / "run"
    assert module.main(["train", "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    model = module.Model(str(out / "weights.npz"))
    before = {name: array.copy() for name, array in x.items()}
    p = model.predict({name: array[-TEST:] for name, array in x.items()})
    assert all(np.array_equal(x[name], before[name]) for name in x)
    error = np.abs(p - x["left"][-TEST:, :1]).mean()
    assert told["test_mae"] == pytest.approx(error, rel=1e-5)
    assert module.main(["evaluate", "--json", "--weights", f"{out}/weights.npz"]) == 0
    assert json.loads(capsys.readouterr().out) == told


def test_scripts_are_clean(tmp_path: Path) -> None:
    for name, transforms in (("all", ALL), ("each", EACH), ("filled", FILLED)):
        code = nnspec.compile(spec(transforms))
        assert not {*unused(code)}
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    lint(tmp_path)


def test_weights_that_lack_what_an_input_has_learnt(tmp_path: Path) -> None:
    written(tmp_path)
    module = section(spec(ALL), tmp_path)
    zeros = {name: np.zeros(shape) for name, shape in module.SHAPES.items()}
    np.savez(tmp_path / "w.npz", **zeros, **{"data/left/mean": np.zeros(3)})
    with pytest.raises(module.InputError, match="data/left/deviation"):
        module.Model(str(tmp_path / "w.npz"))


@pytest.mark.parametrize(
    ("transforms", "told"),
    [
        ("standardize(of=city)", "`embedding` looks up ids"),
        ("standardize(of=lfet)", "did you mean `left`?"),
        ("minmax(of=left)\n  minmax(of=left)", "is there twice"),
        ("minmax()\n  minmax(of=left)", "is there twice"),
    ],
)
def test_what_does_not_go_with_an_input(transforms: str, told: str) -> None:
    found = check(Source("a.nn", spec(transforms))).diagnostics
    assert any(told in f"{d.message} {d.help}" for d in found), found


TABLE = """
data {
  csv("t.csv", features=[numbers: ["a", "b"], city: "city"], target="y")
  TRANSFORM(of=city)
  standardize(of=numbers)
}
network {
  input as numbers
  input as city
  LAYER from city
  flatten as known
  concatenate(known, numbers)
  dense(1)
}
training {
  loss = mse
}
"""


def left_out(transform: str, layer: str) -> str:
    return TABLE.replace("TRANSFORM", transform).replace("LAYER", layer)


def model_of(text: str) -> ir.Model:
    model = check(Source("a.nn", text)).model
    assert model is not None
    return model


def test_the_shape_of_an_input_may_be_left_out_where_columns_tell_it() -> None:
    text = left_out("category_ids", "embedding(4, 2)")
    network = model_of(text).network
    assert [call.output_shape for call in network.inputs] == [(2,), (1,)]
    written = text.replace("input as n", "input(2) as n")
    written = written.replace("input as city", "input(1) as city")
    shapes = [weight.shape for weight in model_of(written).network.weights]
    assert [weight.shape for weight in network.weights] == shapes
    script = nnspec.compile(text).splitlines()
    other = nnspec.compile(written).splitlines()
    # They differ in the digests of the spec and of the script.
    assert sum(a != b for a, b in zip(script, other, strict=True)) == 3


def test_a_table_tells_the_width_of_an_input(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.nn").write_text(left_out("one_hot", "dense(2)"))
    assert main(["check", "t.nn"]) == 3
    told = capsys.readouterr()
    assert "t.csv is not there" in told.out + told.err
    assert "or write its shape, such as `input(7)`" in told.out + told.err
    Path("t.csv").write_text("a,b,city,y\n1,2,Rome,3\n4,5,Oslo,6\n7,8,Bonn,9\n")
    assert main(["summary", "t.nn", "--format", "json"]) == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert [layer["output_shape"] for layer in layers[:2]] == [[2], [3]]
    assert main(["compile", "t.nn"]) == 0
