"""Several inputs and outputs: what their scripts measure, tell, check and predict."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nnspec
from tests.scripts import load
from tests.several import (
    ARCHIVE,
    CITIES,
    EVERYTHING,
    HEADS,
    HOUSES,
    SPECS,
    arrays,
)
from tests.test_network_scripts import lint, unused


@pytest.mark.parametrize("text", SPECS.values(), ids=SPECS)
def test_gradients_are_those_of_the_weighted_sum(text: str) -> None:
    module = load(nnspec.compile(text))
    with contextlib.redirect_stdout(io.StringIO()) as output:
        code = module.run_gradcheck(SimpleNamespace(seed=0))
    assert code == 0, output.getvalue()


def test_scripts_are_clean(tmp_path: Path) -> None:
    for name, text in SPECS.items():
        code = nnspec.compile(text)
        spare = {"holds_numbers", "check_samples"}  # where columns are chosen
        assert {*unused(code)} <= spare, name
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    lint(tmp_path)


@pytest.fixture(scope="module")
def everything() -> ModuleType:
    return load(nnspec.compile(EVERYTHING))


def test_what_is_told_has_the_names_of_outputs(everything: ModuleType) -> None:
    parts = {"train": arrays(60), "validation": arrays(40, 1)}
    _, history = everything.train(parts)
    names = [
        "loss", "price_loss", "price_mae", "sold_loss", "sold_accuracy", "kind_loss",
        "kind_accuracy", "class_loss", "class_top_k_accuracy", "price_r2_score",
        "sold_auc", "kind_f1_score",
    ]  # fmt: skip
    told = [*names, *(f"val_{name}" for name in names), "learning_rate", "seconds"]
    assert [*history[0]] == ["epoch", *told]


def test_the_loss_is_the_weighted_sum_and_the_penalty(everything: ModuleType) -> None:
    x, y = arrays(40, 2)
    model, history = everything.train({"train": arrays(60), "validation": (x, y)})
    row = history[-1]
    weights = {"price": 1, "sold": 0.2, "kind": 3, "class": 1}
    summed = sum(w * row[f"val_{name}_loss"] for name, w in weights.items())
    penalty = 0.01 * np.square(model.w.h_kernel).sum()
    assert row["val_loss"] == pytest.approx(summed + penalty, rel=1e-12)

    p = model.predict(x)
    assert {name: array.shape for name, array in p.items()} == {
        "price": (40, 2), "sold": (40, 1), "kind": (40, 3), "class": (40, 4),
        "extra": (40, 2),
    }  # fmt: skip
    assert row["val_price_mae"] == pytest.approx(np.abs(p["price"] - y["price"]).mean())
    right = p["kind"].argmax(1) == y["kind"]
    assert row["val_kind_accuracy"] == pytest.approx(right.mean())
    assert model.classes == {
        "price": None, "sold": [0, 1], "kind": [0, 1, 2], "class": [0, 1, 2, 3],
        "extra": None,
    }  # fmt: skip


def saved(path: Path) -> Path:
    """An archive with a training and a test part."""
    found = {
        f"{kind}_{part}/{name}": array
        for part, n in (("train", 60), ("validation", 30), ("test", 30))
        for kind, named in zip("xy", arrays(n), strict=True)
        for name, array in named.items()
    }
    np.savez(path / "data.npz", **found)
    return path / "data.npz"


def run(module: ModuleType, *words: object) -> tuple[int, str, str]:
    """The exit code of a command, what it prints and what it says."""
    with (
        contextlib.redirect_stdout(io.StringIO()) as output,
        contextlib.redirect_stderr(io.StringIO()) as said,
    ):
        code = module.main([str(word) for word in words])
    return code, output.getvalue(), said.getvalue()


def test_commands(everything: ModuleType, tmp_path: Path) -> None:
    data, out = saved(tmp_path), tmp_path / "out"
    code, printed, said = run(
        everything, "train", "--json", "--data", data, "--out", out
    )
    assert code == 0, said
    *_, tested = map(json.loads, printed.splitlines())
    assert np.shape(tested["test_sold_confusion_matrix"]) == (2, 2)
    weights = ("--weights", out / "weights.npz")
    code, printed, said = run(
        everything, "evaluate", "--json", "--data", data, *weights
    )
    assert json.loads(printed) == tested

    code, printed, said = run(everything, "evaluate", "--data", data, *weights)
    assert "test_sold_confusion_matrix\n" in printed
    assert "test_kind_confusion_matrix\n" in printed

    np.savez(tmp_path / "x.npz", **{f"x/{n}": a for n, a in arrays(9)[0].items()})
    code, printed, said = run(everything, "predict", tmp_path / "x.npz", *weights)
    assert code == 0, said
    head, *rows = (line.split(",") for line in printed.splitlines())
    assert head == [
        "price_prediction_0", "price_prediction_1", "sold_prediction",
        "sold_probability_0", "sold_probability_1", "kind_prediction",
        "kind_probability_0", "kind_probability_1", "kind_probability_2",
        "class_prediction", "class_probability_0", "class_probability_1",
        "class_probability_2", "class_probability_3", "extra_prediction_0",
        "extra_prediction_1",
    ]  # fmt: skip
    model = everything.Model(out / "weights.npz")
    p = model.predict(arrays(9)[0])
    np.testing.assert_array_equal([float(r[4]) for r in rows], p["sold"][:, 0])
    assert [int(r[5]) for r in rows] == p["kind"].argmax(1).tolist()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": {"left": None}}, "there is no left"),
        ({"y": {"kind": None}}, "there is no kind"),
        ({"x": {"left": np.zeros((9, 5))}}, "9 of left, 60 of right"),
        ({"x": {"right": np.zeros((60, 3, 4))}}, "right, row 0: an array float64"),
        ({"y": {"kind": np.full(60, 3)}}, "kind, row 0: the label 3 is no class"),
        ({"y": {"price": np.zeros((60, 3))}}, "price, row 0: labels float64 (60, 3)"),
    ],
)
def test_arrays_that_do_not_fit(
    everything: ModuleType, change: dict[str, dict[str, Any]], words: str
) -> None:
    parts = dict(zip("xy", arrays(60), strict=True))
    for kind, arrays_of in change.items():
        for name, array in arrays_of.items():
            parts[kind][name] = array
            if array is None:
                del parts[kind][name]
    with pytest.raises(everything.InputError, match="parts") as fault:
        everything.train({"train": (parts["x"], parts["y"])})
    assert words in str(fault.value)


def test_an_archive_that_lacks_an_input(everything: ModuleType, tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", **{"x_train/left": np.zeros((3, 5))})
    code, _, said = run(everything, "train", "--data", tmp_path / "data.npz")
    assert code == 3
    assert "x_train/right" in said


def test_arrays_of_an_archive_by_name(tmp_path: Path) -> None:
    module = load(nnspec.compile(ARCHIVE))
    x, y = arrays(100)
    kinds = np.array(["a", "b", "c"])[y["kind"]]
    texts = np.where(y["sold"], "yes", "no")
    path = tmp_path / "data.npz"
    np.savez(path, xl=x["left"], xr=x["right"], ys=texts, yk=kinds)
    code, printed, said = run(
        module, "train", "--json", "--data-dir", tmp_path, "--out", tmp_path / "out"
    )
    assert code == 0, said
    tested = json.loads(printed.splitlines()[-1])
    assert [*tested["test_kind_class_report"]][:3] == ["a", "b", "c"]
    model = module.Model(tmp_path / "out" / "weights.npz")
    assert model.classes == {"sold": ["no", "yes"], "kind": ["a", "b", "c"]}
    p = model.predict(x)
    right = np.array(["no", "yes"])[(p["sold"][:, 0] > 0.5).astype(int)] == texts
    assert 0.2 < right.mean() <= 1

    np.savez(tmp_path / "x.npz", **{f"x/{n}": a for n, a in arrays(9)[0].items()})
    weights = ("--weights", tmp_path / "out" / "weights.npz")
    code, printed, said = run(module, "predict", tmp_path / "x.npz", *weights)
    assert printed.startswith(
        "sold_prediction,sold_probability_no,sold_probability_yes,"
    )


def houses(path: Path, n: int = 90) -> Path:
    """A table of houses in three cities."""
    rng = np.random.default_rng(0)
    lines = ["id,area,rooms,city,price,sold"]
    for i in range(n):
        area, rooms = rng.integers(40, 200), rng.integers(1, 7)
        price = area / 50 + rooms / 4
        sold = "yes" if price < 3 else "no"
        city = ("Rom", "Ulm", "Oslo")[i % 3]
        lines.append(f"{i},{area},{rooms},{city},{price:.2f},{sold}")
    (path / "houses.csv").write_text("\n".join(lines), "utf-8")
    return path / "houses.csv"


@pytest.mark.parametrize("text", [HOUSES, CITIES], ids=["one-hot", "ids"])
def test_columns_for_inputs_and_outputs(text: str, tmp_path: Path) -> None:
    module, table = load(nnspec.compile(text)), houses(tmp_path)
    out = tmp_path / "out"
    code, printed, said = run(
        module, "train", "--json", "--data-dir", tmp_path, "--out", out
    )
    assert code == 0, said
    tested = json.loads(printed.splitlines()[-1])
    assert [*tested] == [
        "test_loss", "test_price_loss", "test_price_mae", "test_sold_loss",
        "test_sold_accuracy", "test_sold_auc",
    ]  # fmt: skip
    weights = ("--weights", out / "weights.npz")
    code, printed, said = run(module, "predict", table, "--keep", "id", *weights)
    assert code == 0, said
    head, first, *_ = printed.splitlines()
    assert head == (
        "id,price_prediction,sold_prediction,sold_probability_no,sold_probability_yes"
    )
    model = module.Model(out / "weights.npz")
    row = dict(
        zip(*(r.split(",") for r in table.read_text().splitlines()[:2]), strict=True)
    )
    p = model.predict([row])
    assert float(first.split(",")[1]) == p["price"][0, 0]
    assert model.classes == {"price": None, "sold": ["no", "yes"]}


def test_inputs_take_their_columns(tmp_path: Path) -> None:
    module = load(nnspec.compile(HOUSES))
    options = module.parse(["train", "--data-dir", str(houses(tmp_path).parent)])
    parts, learnt = module.load_data(options)
    x, y = parts["train"]
    assert {name: array.shape for name, array in x.items()} == {
        "numbers": (54, 2), "place": (54, 4),
    }  # fmt: skip
    np.testing.assert_array_equal(x["numbers"][:, 1], x["place"][:, 3])
    np.testing.assert_allclose(x["place"][:, :3].sum(axis=1), 1)
    areas = x["numbers"][:, 0] * learnt["data/deviation"][0] + learnt["data/mean"][0]
    assert 40 <= areas.min() <= areas.max() < 200
    np.testing.assert_array_equal((y["price"] < 3)[:, 0], y["sold"][:, 0] == 1)


def test_an_input_of_another_width(tmp_path: Path) -> None:
    module = load(nnspec.compile(HOUSES.replace("input(4)", "input(5)")))
    code, _, said = run(module, "train", "--data-dir", houses(tmp_path).parent)
    assert code == 3
    assert "the columns of place make samples of shape (4,)" in said


def test_an_id_that_no_embedding_has(tmp_path: Path) -> None:
    text = CITIES.replace("embedding(4, 3)", "embedding(2, 3)")
    code, _, said = run(
        load(nnspec.compile(text)), "train", "--data-dir", houses(tmp_path).parent
    )
    assert code == 3
    assert "is no id from 0 to 1" in said


def test_heads_learn_the_same_labels(tmp_path: Path) -> None:
    code, printed, said = run(
        load(nnspec.compile(HEADS)), "train", "--json", "--out", tmp_path / "out"
    )
    assert code == 0, said
    row = json.loads(printed.splitlines()[0])
    assert row["loss"] == pytest.approx(row["late_loss"] + 0.3 * row["early_loss"])
