"""`reconstruct`: samples that are their own labels."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import nnspec
from tests.data.section import Array, options, saved, section, spec
from tests.scripts import load
from tests.test_bare import bare

N = 40


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def text(source: str, *transforms: str, shape: str = "3", ending: str = "3") -> str:
    data = "\n".join([source, *transforms])
    found = spec(data, shape, f"dense({ending})", "mse").removesuffix("}\n")
    return f"{found}metrics = [mae, r2_score]\nepochs = 2\nbatch_size = 8\n}}\n"


def numbers() -> Array:
    return np.random.default_rng(0).normal(5, 2, (N, 3)).round(3)


def in_table(folder: Path) -> Array:
    x = numbers()
    kinds = ["red", "green", "blue"]
    lines = [f"{a},{b},{c},{kinds[i % 3]}" for i, (a, b, c) in enumerate(x)]
    (folder / "t.csv").write_text("a,b,c,kind\n" + "\n".join(lines) + "\n")
    return x


def parts_of(given: str, folder: Path) -> Any:
    found = section(given, folder).load_data(options())
    return found[0] if isinstance(found, tuple) else found


def in_archive(folder: Path) -> str:
    np.savez(folder / "d.npz", x_train=numbers(), x_test=numbers()[:7])
    return 'npz("d.npz")'


def in_files(folder: Path) -> str:
    np.save(folder / "x.npy", numbers())
    np.save(folder / "test.npy", numbers()[:7])
    return 'npy("x.npy", x_test="test.npy")'


@pytest.mark.parametrize("source", [in_archive, in_files])
def test_labels_are_samples_as_they_are_at_this_place(
    tmp_path: Path, source: Any
) -> None:
    x = numbers()
    kept, rest = x[:-8], x[-8:]
    mean, deviation = kept.mean(axis=0), kept.std(axis=0)
    for transforms, expected, prepared in (
        (["reconstruct"], lambda a: a, lambda a: a),
        (["scale(1/2)", "reconstruct"], lambda a: a / 2, lambda a: a / 2),
        (
            ["scale(1/2)", "reconstruct", "standardize()"],
            lambda a: a / 2,
            lambda a: (a - mean) / deviation,
        ),
        (
            ["standardize()", "reconstruct", "scale(10)"],
            lambda a: (a - mean) / deviation,
            lambda a: 10 * (a - mean) / deviation,
        ),
    ):
        given = text(source(tmp_path), *transforms, "split(validation=8)")
        parts = parts_of(given, tmp_path)
        for part, true in (("train", kept), ("validation", rest), ("test", x[:7])):
            found, y = parts[part]
            assert len(found) == len(y) == len(true)
            np.testing.assert_allclose(found[:], prepared(true), rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(y[:], expected(true), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("source", [in_archive, in_files])
def test_drawn_samples_keep_their_labels(tmp_path: Path, source: Any) -> None:
    given = text(source(tmp_path), "reconstruct", "split(validation=0.25, seed=3)")
    parts = parts_of(given, tmp_path)
    found = [parts[part][0][:] for part in ("train", "validation")]
    for part in parts.values():
        np.testing.assert_array_equal(part[0][:], part[1][:])
    everything = np.concatenate(found)
    assert len(found[1]) == 10
    np.testing.assert_allclose(np.sort(everything, 0), np.sort(numbers(), 0), 1e-6)


@pytest.mark.parametrize("source", [in_archive, in_files])
def test_training_evaluating_and_predicting(
    tmp_path: Path, capsys: Any, source: Any
) -> None:
    module = section(text(source(tmp_path), "standardize()", "reconstruct"), tmp_path)
    out = tmp_path / "run"
    assert module.main(["train", "--json", "--out", str(out)]) == 0
    *epochs, result = map(json.loads, capsys.readouterr().out.splitlines())
    weights = str(out / "weights.npz")
    assert module.main(["evaluate", "--weights", weights, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == pytest.approx(result)
    x = numbers()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    p = module.Model(weights).predict(x[:7])
    assert result["test_loss"] == pytest.approx(np.mean((p - z[:7]) ** 2), rel=1e-4)
    assert result["test_mae"] == pytest.approx(np.mean(abs(p - z[:7])), rel=1e-4)
    assert {*epochs[0]} >= {"loss", "mae", "r2_score"}
    np.save(tmp_path / "rows.npy", x[:7])
    command = ["predict", str(tmp_path / "rows.npy"), "--weights", weights]
    assert module.main(command) == 0
    names, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert names == ["prediction_0", "prediction_1", "prediction_2"]
    np.testing.assert_allclose(np.array(rows, float), p, rtol=1e-5)


def test_a_table_without_a_target(tmp_path: Path, capsys: Any) -> None:
    x = in_table(tmp_path)
    source = 'csv("t.csv", drop=["kind"])'
    given = text(source, "standardize()", "reconstruct", "split(test=0.25)")
    module = section(given, tmp_path)
    out = tmp_path / "run"
    assert module.main(["train", "--json", "--out", str(out)]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    kept = x[:-10]
    z = (x - kept.mean(axis=0)) / kept.std(axis=0)
    weights, table = str(out / "weights.npz"), str(tmp_path / "t.csv")
    p = module.Model(weights).predict(x)
    assert result["test_loss"] == pytest.approx(np.mean((p - z)[-10:] ** 2), rel=1e-4)
    assert module.main(["evaluate", table, "--weights", weights, "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["test_loss"] == pytest.approx(np.mean((p - z) ** 2), rel=1e-4)
    assert module.main(["predict", table, "--weights", weights]) == 0
    names, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert names == ["prediction_a", "prediction_b", "prediction_c"]
    np.testing.assert_allclose(np.array(rows, float), p, rtol=1e-5)


def test_categories_are_reconstructed_as_one_hot_has_them(tmp_path: Path) -> None:
    x = in_table(tmp_path)
    data = ["scale(1/2)", "one_hot", "reconstruct"]
    given = text('csv("t.csv")', *data, shape="6", ending="6")
    found, y = parts_of(given, tmp_path)["train"]
    np.testing.assert_array_equal(found, y)
    np.testing.assert_allclose(y[:, :3], x / 2, rtol=1e-6)
    hot = np.eye(3)[[[2, 1, 0][i % 3] for i in range(N)]]
    np.testing.assert_array_equal(y[:, 3:], hot)


def test_arrays_and_rows_of_a_caller(tmp_path: Path) -> None:
    x = numbers()
    module = section(text(in_archive(tmp_path), "reconstruct"), tmp_path)
    model, history = module.train({"train": x, "validation": x[:5]})
    assert "val_loss" in history[0]
    assert model.predict(x).shape == (N, 3)
    with pytest.raises(module.InputError, match=r'give \{"train": x\}'):
        module.train({"test": x})
    in_table(tmp_path)
    dicts = [{"a": a, "b": b, "c": c, "kind": "red"} for a, b, c in x]
    for source, rows in (
        ('csv("t.csv", drop=["kind"])', dicts),
        ('csv("t.csv", features=["a", "b", "c"])', x.tolist()),
    ):
        module = section(text(source, "reconstruct"), tmp_path)
        model, history = module.train({"train": rows})
        np.testing.assert_allclose(model.predict(x), model.predict(rows), rtol=1e-5)


def test_arrays_of_an_archive_stand_in(tmp_path: Path) -> None:
    in_table(tmp_path)
    module = section(text('csv("t.csv", drop=["kind"])', "reconstruct"), tmp_path)
    np.savez(tmp_path / "other.npz", x_train=numbers()[:9])
    parts, _ = module.load_data(options(data=tmp_path / "other.npz"))
    assert [a.shape for a in parts["train"]] == [(9, 3), (9, 3)]


def test_images_are_reconstructed_in_the_shape_of_outputs(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("one", "two"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for i in range(3):
            pixels = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{i}.png")
    layers = "conv2d(2, 3, padding=same, activation=relu)\n"
    given = spec(
        'images("pets", size=(4, 4))\nscale(1/255)\nreconstruct\n',
        "4, 4, 3",
        f"{layers}conv2d(3, 3, padding=same, activation=sigmoid)",
        "binary_crossentropy",
    )
    module = section(given, tmp_path)
    x, y = (rows[:] for rows in module.load_data(options())["train"])
    assert x.shape == y.shape == (6, 4, 4, 3)
    np.testing.assert_array_equal(x, y)
    model, history = module.train(epochs=2)
    assert model.classes is None
    assert np.isfinite(history[-1]["loss"])


def test_shares_are_expected_by_a_binary_loss(tmp_path: Path) -> None:
    given = text(in_archive(tmp_path), "reconstruct", ending="3, sigmoid")
    module = section(given.replace("mse\n", "binary_crossentropy\n", 1), tmp_path)
    with pytest.raises(module.InputError, match=r"train part, row 0: .* from 0 to 1"):
        module.load_data(options())


@pytest.mark.parametrize("source", [in_archive, in_files])
@pytest.mark.parametrize("more", ["", "scale(3)"])
def test_a_bare_script_has_the_same_labels(
    tmp_path: Path, source: Any, more: str
) -> None:
    given = text(source(tmp_path), "standardize()", "reconstruct", more)
    full = parts_of(given, tmp_path)
    module = load(bare(given))
    found = module.load_data(tmp_path)
    found = found[0] if isinstance(found, tuple) else found
    for part, (x, y) in full.items():
        np.testing.assert_array_equal(found[part][0][:], x[:])
        np.testing.assert_array_equal(found[part][1][:], y[:])


def test_no_class_is_predicted_where_one_output_is_reconstructed(
    tmp_path: Path,
) -> None:
    data = "sine()\nscale(1/10, 0.5)\nreconstruct"
    given = spec(data, "1", "dense(1, sigmoid)", "binary_crossentropy")
    module = section(given, tmp_path)
    assert module.Model(saved(module)).classes is None


def test_scripts_hold_nothing_of_labels(tmp_path: Path) -> None:
    in_table(tmp_path)
    script = nnspec.compile(text('csv("t.csv", drop=["kind"])', "reconstruct"), "t.nn")
    for name in ("encode_target", "given_tables", "given_parts", "learn_classes"):
        assert name not in script
