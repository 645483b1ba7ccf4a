"""Series: windows of rows, beside a pipeline of its own."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nnspec
from nnspec import compiler
from nnspec.source import Source
from tests.data.section import Array, options, saved, section

HEADER = ["day", "value", "other"]


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def series(rows: int) -> Array:
    rng, day = np.random.default_rng(0), np.arange(rows)
    columns = (
        day,
        np.sin(day / 7) + 0.1 * rng.normal(size=rows),
        rng.normal(size=rows),
    )
    return np.stack(columns, axis=1).round(6)


def write(folder: Path, table: Array, name: str = "t.csv") -> Path:
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *table.tolist()])
    return folder / name


def spec(
    windows: str = "windows(6)",
    source: str = 'csv("t.csv", target="value", features=["value", "other"])',
    more: str = "standardize()\nsplit(validation=0.2, test=40)",
    network: str = "flatten\ndense(1)",
    loss: str = "mse",
) -> str:
    return f"""
data {{
{source}
{windows}
{more}
}}
network {{
{network}
}}
training {{
loss = {loss}
precision = float64
epochs = 2
}}
"""


def made(folder: Path, text: str, rows: int = 200) -> ModuleType:
    write(folder, series(rows))
    with_input = text.replace("network {\n", "network {\ninput(6, 2)\n")
    return section(with_input, folder)


@pytest.mark.parametrize(
    ("horizon", "every", "stride"), [(1, 1, 1), (3, 1, 2), (2, 4, 1), (1, 3, 5)]
)
@pytest.mark.parametrize("among", [True, False])
def test_windows_are_those_of_a_loop(
    horizon: int, every: int, stride: int, among: bool, tmp_path: Path
) -> None:
    windows = f"windows(6, horizon={horizon}, every={every}, stride={stride})"
    features = ["value", "other"] if among else ["day", "other"]
    listed = str(features).replace("'", '"')
    source = f'csv("t.csv", target="value", features={listed})'
    steps = ("standardize()", "split(validation=0.2, test=40)", windows)
    found = []
    for order in itertools.permutations(steps):
        text = spec(order[0], source, "\n".join(order[1:]))
        found.append(made(tmp_path, text).load_data(options())[0])
    table = series(200)
    columns = [HEADER.index(name) for name in features]
    train = table[:120][:, columns]
    for part, start, stop in (
        ("train", 0, 120),
        ("validation", 120, 160),
        ("test", 160, 200),
    ):
        rows, value = table[start:stop][:, columns], table[start:stop, 1]
        rows = (rows - train.mean(axis=0)) / train.std(axis=0)
        x, y = [], []
        for first in range(0, len(rows), stride):
            taken = [first + k * every for k in range(6)]
            if taken[-1] + horizon < len(rows):
                x.append(rows[taken])
                y.append([value[taken[-1] + horizon]])
        for parts in found:
            np.testing.assert_allclose(parts[part][0], x, rtol=1e-9, atol=1e-12)
            np.testing.assert_array_equal(parts[part][1], y)
            assert len(parts[part][0]) == len(x)
        assert parts[part][0].base is not None


def test_windows_cross_the_blocks_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are read some rows at a time; none of their windows is lost."""
    monkeypatch.chdir(tmp_path)
    module = made(tmp_path, spec("windows(6, horizon=2, every=3)"))
    assert module.main(["train", "--quiet", "--out", "r"]) == 0
    model = module.Model("r/weights.npz")
    for rows in (17, 511, 512, 1300):
        table = series(rows)
        path = write(tmp_path, table, "u.csv")
        expected = model.predict([[*row] for row in table[:, 1:].tolist()])
        assert expected.shape == (rows - 15, 1)
        capsys.readouterr()
        weights = ("--weights", "r/weights.npz", "--keep", "day")
        assert module.main(["predict", "u.csv", *weights]) == 0
        told = [*csv.DictReader(capsys.readouterr().out.splitlines())]
        assert [float(row["day"]) for row in told] == [*range(15, rows)]
        found = [[float(row["prediction"])] for row in told]
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        if rows > 17:
            assert module.main(["evaluate", path.name, *weights[:2], "--json"]) == 0
            error = np.mean((expected[:-2, 0] - table[17:, 1]) ** 2)
            loss = float(capsys.readouterr().out.split(":")[1].strip(" }\n"))
            assert loss == pytest.approx(error, rel=1e-9)
    write(tmp_path, series(15), "u.csv")
    assert module.main(["predict", "u.csv", *weights[:2]]) == 3
    assert "too few rows for a window of 16" in capsys.readouterr().err


def test_arrays_and_classes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(90, 2)), rng.integers(3, size=90)
    np.savez(tmp_path / "a.npz", x_train=x, y_train=y)
    text = spec(
        "windows(6, horizon=2)",
        'npz("a.npz")',
        "split(0.2)",
        "gru(4)\ndense(3, softmax)",
        "sparse_categorical_crossentropy",
    ).replace("network {\n", "network {\ninput(6, 2)\n")
    module = section(text, tmp_path)
    parts, learnt = module.load_data(options())
    np.testing.assert_array_equal(parts["train"][0][5], x[5:11])
    np.testing.assert_array_equal(parts["train"][1], y[7:72])
    np.testing.assert_array_equal(parts["validation"][1], y[79:])
    model = module.Model(saved(module, learnt))
    assert model.predict(x[:10]).shape == (5, 3)
    with pytest.raises(module.InputError, match="5 in a row are too few for a window"):
        model.predict(x[:5])
    model, history = module.train({"train": (x, y), "validation": (x[:20], y[:20])})
    assert len(history) == 2
    with pytest.raises(module.InputError, match="the validation part: 7 in a row"):
        module.train({"train": (x, y), "validation": (x[:7], y[:7])})


def test_resumed_it_ends_with_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = made(tmp_path, spec(network="gru(4, dropout=0.1)\ndense(1)"))
    for out, words in (
        ("whole", ["--epochs", "4"]),
        ("parts", ["--epochs", "2"]),
        ("parts", ["--epochs", "4", "--resume", "--threads", "2"]),
    ):
        assert module.main(["train", "--quiet", "--out", out, *words]) == 0
    whole, parts = (np.load(f"{out}/weights.npz") for out in ("whole", "parts"))
    for name in whole:
        np.testing.assert_array_equal(whole[name], parts[name])


@pytest.mark.parametrize(
    ("changed", "code", "at"),
    [
        ({"more": "split(0.2, seed=1)"}, "transform-conflict", "1"),
        ({"more": "split(0.2, stratify=true)"}, "transform-conflict", "true"),
        ({"more": "folds(3)"}, "transform-conflict", "folds(3)"),
        ({"more": "reshape(2, 1)"}, "transform-conflict", "reshape(2, 1)"),
        ({"windows": "windows(6, horizon=[1, 2])"}, "not-supported-yet", "[1, 2]"),
        (
            {"source": 'npy(x="x.npy", y="y.npy")', "more": ""},
            "transform-and-source",
            "windows(6)",
        ),
        (
            {"source": 'csv("t.csv", target=["value", "day"], features=["value"])'},
            "target-in-features",
            '["value"]',
        ),
    ],
)
def test_sections_that_cannot_be(changed: dict[str, str], code: str, at: str) -> None:
    network = "input(6, 2)\nflatten\ndense(1)"
    text = spec(**{"network": network} | changed)  # type: ignore[arg-type]
    analysis = compiler.check(Source("spec.nn", text))
    found = [(d.code, text[d.span.start : d.span.end]) for d in analysis.diagnostics]
    assert (code, at) in found


def test_without_an_input_the_file_tells_the_width(tmp_path: Path) -> None:
    write(tmp_path, series(100))
    path = tmp_path / "spec.nn"
    path.write_text(spec(), encoding="utf-8")
    assert nnspec.load(path).input_shape == (6, 2)
