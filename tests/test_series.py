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


@pytest.mark.share(3)
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


def labels_after(column: Array, starts: range, horizons: list[int]) -> Array:
    """Of windows of 6 rows, the values so many rows after the last of each."""
    return np.array([[column[s + 5 + h] for h in horizons] for s in starts])


def test_a_list_of_horizons_gives_a_label_at_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are named in predictions, and their targets have one scale."""
    monkeypatch.chdir(tmp_path)
    text = spec(
        "windows(6, horizon=[1, 7, 3], stride=2)",
        'csv("t.csv", target=["value", "other"], features=["value", "other"])',
        "standardize()\nstandardize(target)\nsplit(test=40)",
        "flatten\ndense(6)",
    ).replace("epochs", "metrics = [mae]\nepochs")
    module = made(tmp_path, text)
    parts, learnt = module.load_data(options())
    table = series(200)[:, 1:]
    x, y = parts["train"]
    starts = range(0, 160 - 12, 2)
    assert len(x) == len(y) == len(starts)
    both = [labels_after(column, starts, [1, 7, 3]) for column in table.T]
    expected = np.stack(both, axis=2).reshape(-1, 6)  # by horizon, then by target
    mean, deviation = table[:160].mean(axis=0), table[:160].std(axis=0)
    np.testing.assert_allclose(y * np.tile(deviation, 3) + np.tile(mean, 3), expected)
    np.testing.assert_allclose(module.restore_target(y, learnt), expected)
    assert module.main(["train", "--quiet", "--out", "r"]) == 0
    capsys.readouterr()
    weights = ("--weights", "r/weights.npz")
    assert module.main(["evaluate", *weights, "--json"]) == 0
    error = float(capsys.readouterr().out.partition('"test_mae":')[2].strip(" }\n"))
    assert module.main(["predict", "t.csv", *weights]) == 0
    header, *rows = csv.reader(capsys.readouterr().out.splitlines())
    names = [f"{name}_{n}" for n in (1, 7, 3) for name in ("value", "other")]
    assert header == [f"prediction_{name}" for name in names]
    p = np.array(rows, float)[range(160, 200 - 12, 2)]
    starts = range(160, 200 - 12, 2)
    both = [labels_after(column, starts, [1, 7, 3]) for column in table.T]
    expected = np.stack(both, axis=2).reshape(-1, 6)
    assert error == pytest.approx(np.abs(p - expected).mean(), rel=1e-9)


def test_arrays_on_disk_give_the_windows_of_those_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, size=(300, 2))
    np.save("x.npy", x)
    np.save("y.npy", x[:, 0])
    np.savez("a.npz", x_train=x, y_train=x[:, 0])
    found, weights = [], []
    for source in ('npy(x="x.npy", y="y.npy")', 'npz("a.npz")'):
        module = made(
            tmp_path,
            spec(
                "windows(6, horizon=[1, 4], every=2, stride=3)",
                source,
                network="gru(3)\ndense(2)",
            ),
        )
        parts, _ = module.load_data(options())
        found.append({part: (x[:], y) for part, (x, y) in parts.items()})
        x, _ = parts["train"]
        np.testing.assert_array_equal(x[np.array([7, 2])], x[:][[7, 2]])
        out = tmp_path / source[:3]
        assert module.main(["train", "--quiet", "--out", str(out)]) == 0
        weights.append(np.load(out / "weights.npz"))
    for part, arrays in found[0].items():
        for ours, other in zip(arrays, found[1][part], strict=True):
            np.testing.assert_allclose(ours, other, rtol=1e-12)
    for name in weights[0]:
        np.testing.assert_allclose(weights[0][name], weights[1][name], rtol=1e-9)


SEVERAL = """
input(6, 1) as one
gru(3) as first from one
input(6, 2) as two
gru(3) as second from two
concatenate(first, second) as both
dense(2) as later from both
dense(2, sigmoid) as rises from both
output(later, rises)
"""
LOSSES = "[later: mse, rises: binary_crossentropy]"


@pytest.mark.parametrize("of", ["csv", "npz"])
def test_several_inputs_and_outputs(
    of: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    table = series(700)
    table[:, 0] = table[:, 2] > 0
    write(tmp_path, table)
    one, two, later, rises = table[:, 1:2], table[:, [2, 0]], table[:, 1], table[:, 0]
    arrays = {"one": one, "two": two, "later": later, "rises": rises}
    np.savez("a.npz", **arrays)
    source = 'csv("t.csv", features=[one: "value", two: ["other", "day"]], '
    source += 'target=[later: "value", rises: "day"])'
    if of == "npz":
        source = 'npz("a.npz", x=[one: "one", two: "two"], '
        source += 'y=[later: "later", rises: "rises"])'
    text = spec(
        "windows(6, horizon=[1, 4], stride=2)",
        source,
        "standardize(of=later)\nsplit(test=0.1)",
        SEVERAL,
        LOSSES,
    )
    module = section(text, tmp_path)
    parts, _ = module.load_data(options())
    samples, labels = parts["train"]
    starts = range(0, 630 - 9, 2)
    for name, rows in (("one", one), ("two", two)):
        expected = [rows[start : start + 6] for start in starts]
        np.testing.assert_array_equal(samples[name], expected)
    expected = labels_after(later, starts, [1, 4])
    scaled = (expected - later[:630].mean()) / later[:630].std()
    np.testing.assert_allclose(labels["later"], scaled, rtol=1e-12)
    expected = labels_after(rises, starts, [1, 4])
    np.testing.assert_array_equal(labels["rises"], expected)
    assert module.main(["train", "--quiet", "--out", "r"]) == 0
    np.savez("i.npz", **{"x/one": one, "x/two": two})
    file, keep = ("t.csv", ["--keep", "value"]) if of == "csv" else ("i.npz", [])
    capsys.readouterr()
    assert module.main(["predict", file, "--weights", "r/weights.npz", *keep]) == 0
    header, *rows = csv.reader(capsys.readouterr().out.splitlines())
    given = {"one": one, "two": two}
    if of == "csv":
        given = [dict(zip(HEADER, row, strict=True)) for row in table.tolist()]
        assert [float(row[0]) for row in rows] == table[5:, 1].tolist()
    p = module.Model("r/weights.npz").predict(given)
    both = np.hstack([p["later"], p["rises"]])
    assert header[len(keep) // 2 :] == [
        f"{name}_prediction_{n}" for name in ("later", "rises") for n in (1, 4)
    ]
    found = np.array([row[len(keep) // 2 :] for row in rows], float)
    np.testing.assert_allclose(found, both, rtol=1e-9)
    assert len(found) == 695


def test_classes_may_be_among_the_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether it rained tells whether it will."""
    monkeypatch.chdir(tmp_path)
    table = series(300)
    table[:, 1] = np.sin(table[:, 0] / 3) > 0
    write(tmp_path, table)
    network = "input(6, 2)\nlstm(8)\ndense(1, sigmoid)"
    more = "split(test=0.2)"
    text = spec("windows(6)", more=more, network=network, loss="binary_crossentropy")
    module = section(text.replace("epochs = 2", "metrics=[accuracy]"), tmp_path)
    parts, _ = module.load_data(options())
    np.testing.assert_array_equal(parts["train"][1][:, 0], table[6:240, 1])
    assert module.main(["train", "--quiet", "--out", "r", "--epochs", "1"]) == 0
    for words in (["evaluate", "t.csv"], ["predict", "t.csv"]):
        assert module.main([*words, "--weights", "r/weights.npz"]) == 0
    assert "prediction,probability_0,probability_1\n" in capsys.readouterr().out


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
        ({"windows": "windows(6, horizon=[1, 2])"}, "labels-and-units", "dense"),
        ({"windows": "windows(6, horizon=[2, 2])"}, "argument-type", "[2, 2]"),
        (
            {
                "windows": "windows(6, horizon=[1, 2])",
                "network": "input(6, 2)\nflatten\ndense(2, softmax)",
                "loss": "sparse_categorical_crossentropy",
            },
            "several-targets",
            "[1, 2]",
        ),
        (
            {
                "source": 'npz("a.npz")',
                "windows": "windows(6, horizon=[1, 2])",
                "network": "input(6, 2)\nflatten\ndense(3)",
            },
            "labels-and-units",
            "dense",
        ),
        (
            {"source": 'images("photos", size=(8, 8))', "more": ""},
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
    path = tmp_path / "several.nn"
    source = 'csv("t.csv", features=[one: "value", two: ["other", "day"]], '
    source += 'target=[later: "value", rises: "day"])'
    network = SEVERAL.replace("input(6, 1)", "input").replace("input(6, 2)", "input")
    text = spec("windows(6, horizon=[1, 2])", source, "", network, LOSSES)
    path.write_text(text, encoding="utf-8")
    shapes = [call.output_shape for call in nnspec.load(path).network.inputs]
    assert shapes == [(6, 1), (6, 2)]
    path = tmp_path / "spec.nn"
    path.write_text(spec(), encoding="utf-8")
    assert nnspec.load(path).input_shape == (6, 2)
