"""The examples: sound specs, goldens that are fresh and clean and do their work."""

from __future__ import annotations

import ast
import csv
import gzip
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnspec.cli import main
from nnspec.compiler import read
from templates.runtime.read_idx import read_idx
from tests.conftest import ROOT
from tests.golden import BARE, EXAMPLES, KERAS, goldens

PARAMETERS = {
    "breast_cancer": 513,
    "cifar10": 1_369_738,
    "cifar10_residual": 78_666,
    "curves": 2_851,
    "diabetes": 193,
    "digits": 4_810,
    "digits_autoencoder": 5_004,
    "digits_gru": 8_714,
    "digits_siamese": 2_480,
    "formulas": 577,
    "imdb": 160_305,
    "imdb_bidirectional": 336_705,
    "imdb_dropout": 160_305,
    "imdb_embedding": 160_289,
    "imdb_l2": 160_305,
    "imdb_larger": 5_383_681,
    "imdb_smaller": 40_029,
    "iris": 131,
    "iris_folds": 131,
    "iris_wide_deep": 248,
    "keywords": 24_908,
    "mnist_20_epochs": 1_854_170,
    "mnist_35": 27_835,
    "mnist_512": 407_050,
    "mnist_784": 623_290,
    "mnist_784_784": 1_238_730,
    "mnist_784_784_784": 1_854_170,
    "mnist_batch_normalization": 408_586,
    "mnist_convolutions": 1_199_882,
    "mnist_denoising": 28_353,
    "mnist_dropout": 1_854_170,
    "mnist_early_stopping": 407_050,
    "mnist_half_dropout": 407_050,
    "mnist_l2": 407_050,
    "mnist_lenet": 61_706,
    "mnist_normalized": 225_706,
    "mnist_residual": 84_810,
    "mnist_sgd": 1_854_170,
    "mnist_sigmoid": 535_818,
    "person_mobilenet": 219_058,
    "shakespeare_lstm": 92_897,
    "shakespeare_transformer": 818_241,
    "spirals": 4_547,
    "tides_gru": 929,
    "xor": 33,
}
#: The lines of mnist_512.py, with all its checks, commands and files.
FULL = 1_282
SCRIPTS = {spec.stem: spec.with_suffix(".py") for spec in EXAMPLES}
DENOISING = "mnist_denoising"  # its labels are the digits themselves
MNIST = [n for n in SCRIPTS if n.startswith("mnist") and n != DENOISING]
IMDB = [name for name in SCRIPTS if name.startswith("imdb_")]
#: The least accuracy on the test part of an example that brings its data.
ACCURACY = {
    "breast_cancer": 0.95,
    "curves": 0.95,
    "digits": 0.95,
    "digits_gru": 0.95,
    "iris": 0.9,
    "spirals": 0.95,
    "xor": 1.0,
}

every_spec = pytest.mark.parametrize("spec", EXAMPLES, ids=lambda spec: spec.stem)


@every_spec
def test_the_spec_is_sound(spec: Path) -> None:
    text = spec.read_bytes()
    assert text.startswith(b"# "), "the first line says what it is"
    analysis = read(spec.name, text)
    assert analysis.diagnostics == ()
    assert analysis.model is not None
    assert analysis.model.network.parameters == PARAMETERS[spec.stem]


@every_spec
def test_the_goldens_are_fresh(spec: Path) -> None:
    for path, text in goldens(spec).items():
        assert path.read_bytes() == text.encode(), f"{path.name}: run `make golden`"


@pytest.mark.share(6)
@every_spec
def test_the_command_finds_the_goldens_fresh(spec: Path) -> None:
    assert main(["compile", str(spec), "--check"]) == 0


def test_every_golden_has_its_spec() -> None:
    folder = EXAMPLES[0].parent
    found = {path for spec in EXAMPLES for path in folder.glob(f"{spec.stem}.*")}
    found |= {folder / f"{name}_bare.py" for name in BARE}
    found |= {folder / f"{name}_keras.py" for name in KERAS}
    assert found == {*folder.glob("*.*")} - {folder / "README.md"}


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_scripts_please_ruff_as_it_comes(command: list[str]) -> None:
    ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache"]
    done = subprocess.run(
        [*ruff, *SCRIPTS.values()], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.share(7)
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_needs_numpy_alone(name: str) -> None:
    tree = ast.parse(SCRIPTS[name].read_text(encoding="utf-8"))
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= {*sys.stdlib_module_names, "numpy"}


def test_scripts_do_not_grow_unnoticed() -> None:
    """The bare script fits four pages; the mathematics of the full one fits one."""
    bare = (ROOT / "examples" / "mnist_512_bare.py").read_text(encoding="utf-8")
    assert len(bare.splitlines()) <= 210
    text = SCRIPTS["mnist_512"].read_text(encoding="utf-8")
    tree = {node.name: node for node in ast.parse(text).body if hasattr(node, "name")}
    mathematics = ("forward", "measure", "backward", "rmsprop")
    lines = (tree[name].end_lineno - tree[name].lineno + 1 for name in mathematics)
    assert sum(lines) <= 80
    assert len(text.splitlines()) <= FULL


@dataclass(frozen=True)
class Example:
    """An example's script, run in a folder of its own."""

    name: str
    folder: Path

    def run(self, *arguments: str | Path) -> str:
        """What the script prints; it must end well."""
        done = subprocess.run(
            [sys.executable, SCRIPTS[self.name], *arguments],
            cwd=self.folder,
            env=os.environ | {"XDG_CACHE_HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def train(self, *more: str | Path) -> dict[str, Any]:
        """Train, and look at what is left behind; the results on the test part."""
        printed = self.run("train", "--json", "--out", "out", *more).splitlines()
        history = (self.folder / "out/history.csv").read_text().splitlines()
        assert len(history) == len(printed)  # a header here, the test's results there
        assert "<svg" in (self.folder / "out/curves.svg").read_text()
        results: dict[str, Any] = json.loads(printed[-1])
        with np.load(self.folder / "out/weights.npz", allow_pickle=False) as weights:
            assert any(name.endswith("/kernel") for name in weights)
        return results

    def evaluate(self, *more: str | Path) -> dict[str, Any]:
        """The results on the test part with the weights of `train`."""
        printed = self.run("evaluate", "--json", "--weights", "out/weights.npz", *more)
        results: dict[str, Any] = json.loads(printed)
        return results

    def predict(self, samples: Path) -> list[dict[str, str]]:
        """The rows that are predicted for a file."""
        printed = self.run("predict", samples, "--weights", "out/weights.npz")
        return list(csv.DictReader(printed.splitlines()))


@pytest.fixture
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Example:
    return Example(request.param, tmp_path)


@pytest.mark.share(4)
@pytest.mark.parametrize("example", ACCURACY, indirect=True)
def test_a_classifier_learns_well_and_is_used(example: Example) -> None:
    results = example.train()
    assert results["test_accuracy"] >= ACCURACY[example.name]
    assert example.evaluate() == results
    rows = example.predict(samples(example))
    assert len(rows) == 5
    for row in rows:
        prediction = row.pop("prediction")
        shares = {name: float(share) for name, share in row.items()}
        assert sum(shares.values()) == pytest.approx(1)
        largest = max(shares, key=lambda name: shares[name])
        assert largest == f"probability_{prediction}"
    example.run("gradcheck")


@pytest.mark.parametrize("example", ["diabetes"], indirect=True)
def test_a_regression_learns_well_and_is_used(example: Example) -> None:
    results = example.train()
    assert results["test_loss"] < 0.6 * 5930, "5930 is the variance of the target"
    assert results["test_mae"] < 50
    assert example.evaluate() == results
    rows = example.predict(samples(example))
    assert [list(row) for row in rows] == [["prediction"]] * 5
    assert all(0 < float(row["prediction"]) < 400 for row in rows)
    example.run("gradcheck")


@pytest.mark.parametrize("example", ["formulas"], indirect=True)
def test_formulas_of_ones_own_learn(example: Example) -> None:
    results = example.train()
    assert results["test_loss"] < 0.25, "a mean would have more than 1"
    assert results["test_mae"] < 0.35
    assert example.evaluate() == results
    example.run("gradcheck")


@pytest.mark.thorough
@pytest.mark.parametrize("example", ["digits_siamese"], indirect=True)
def test_twins_tell_digits_apart_that_they_have_never_seen(example: Example) -> None:
    results = example.train()
    assert results["test_binary_accuracy"] > 0.9, "half of the pairs are different"
    assert example.evaluate() == results
    with np.load(SCRIPTS[example.name].parent / "data" / "digit_pairs.npz") as pairs:
        one, other = pairs["left_test"][:50], pairs["right_test"][:50]
    for name, left, right in (("there", one, other), ("back", other, one)):
        np.savez(example.folder / f"{name}.npz", **{"x/left": left, "x/right": right})
    there = example.predict(example.folder / "there.npz")
    assert there == example.predict(example.folder / "back.npz")
    assert all(float(row["prediction"]) > 0 for row in there)
    example.run("gradcheck")


@pytest.mark.share(2)
@pytest.mark.parametrize(
    "example", ["shakespeare_lstm", "shakespeare_transformer"], indirect=True
)
def test_a_text_is_learnt_and_written_on(example: Example) -> None:
    text = "abcdefghijklmnopqrstuvwxyz\n" * 100
    (example.folder / "tinyshakespeare.txt").write_text(text, encoding="utf-8")
    more = ("--batch-size", "8", "--epochs", "12")
    example.run("train", "--data-dir", example.folder, *more)
    words = ("--temperature", "0", "--length", "70")
    written = example.run("generate", "abc", *words)
    assert written == f"{text[:73]}\n"


@pytest.mark.parametrize("example", ["tides_gru"], indirect=True)
def test_a_series_is_told_better_than_by_what_was(example: Example) -> None:
    """Better than the height of now, and than that of half a day before."""
    results = example.train()
    assert example.evaluate() == results
    table = SCRIPTS[example.name].parent / "data" / "tides.csv"
    with table.open(encoding="utf-8") as file:
        heights = np.array([float(row["height"]) for row in csv.DictReader(file)])
    test = heights[800:]
    for before in (6, 12):
        error = np.abs(test[29:] - test[29 - before : -before]).mean()
        assert results["test_mae"] < 0.7 * error
    rows = example.predict(table)
    assert len(rows) == len(heights) - 23
    told = [float(row["prediction"]) for row in rows[800:-6]]
    error = np.abs(told - test[29:]).mean()
    assert error == pytest.approx(results["test_mae"], rel=1e-4)
    example.run("gradcheck")


def samples(example: Example) -> Path:
    """Five samples in a CSV file: of the example's table without the target, if any."""
    names = (example.name, example.name.rpartition("_")[0])  # digits_gru has digits
    folder = SCRIPTS[example.name].parent
    found = [path for name in names for path in folder.glob(f"data/{name}.csv*")]
    rows = [["a", "b"], *(["0", str(i)] for i in range(5))]
    if found:
        data = found[0].read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        table = csv.reader(data.decode().splitlines()[:6])
        rows = [row[:-1] for row in table]  # the target is the last column
    path = example.folder / "samples.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture(scope="session")
def few_digits(mnist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 2,000 digits of MNIST for training, 500 for the test."""
    path = tmp_path_factory.mktemp("mnist") / "few.npz"
    arrays = {
        f"{axis}_{part}": read_idx(mnist / f"{prefix}-{file}-ubyte.gz")[:count]
        for part, prefix, count in (("train", "train", 2000), ("test", "t10k", 500))
        for axis, file in (("x", "images-idx3"), ("y", "labels-idx1"))
    }
    np.savez(path, **arrays)
    return path


@pytest.mark.share(12)
@pytest.mark.parametrize("example", MNIST, indirect=True)
def test_an_mnist_script_trains_and_is_used(
    example: Example, few_digits: Path, mnist: Path
) -> None:
    results = example.train("--epochs", "1", "--data", few_digits)
    assert example.evaluate("--data", few_digits) == results
    rows = example.predict(mnist / "t10k-images-idx3-ubyte.gz")
    assert len(rows) == 10_000
    assert {row["prediction"] for row in rows} <= set("0123456789")
    example.run("gradcheck")


@pytest.mark.parametrize("example", [DENOISING], indirect=True)
def test_the_denoising_script_takes_noise_off(example: Example) -> None:
    rng = np.random.default_rng(0)
    data = example.folder / "data.npz"
    parts = {"x_train": 60, "x_test": 20}
    squares = rng.integers(256, size=(60, 4, 4), dtype="u1").repeat(7, 1).repeat(7, 2)
    np.savez(data, **{part: squares[:count] for part, count in parts.items()})
    results = example.train("--epochs", "1", "--data", data)
    assert example.evaluate("--data", data) == results
    example.run("gradcheck")


@pytest.mark.parametrize("example", ["mnist_35"], indirect=True)
def test_an_mnist_script_learns_from_all_of_it(example: Example, mnist: Path) -> None:
    results = example.train("--epochs", "1", "--data-dir", mnist.parent)
    assert results["test_accuracy"] > 0.9


@pytest.mark.thorough
@pytest.mark.parametrize("example", ["cifar10"], indirect=True)
def test_the_cifar_script_trains(example: Example) -> None:
    rng = np.random.default_rng(0)
    parts = {"train": 60, "test": 20}
    images = {
        p: rng.integers(256, size=(n, 32, 32, 3), dtype="u1") for p, n in parts.items()
    }
    labels = {part: rng.integers(10, size=n) for part, n in parts.items()}
    data = example.folder / "data.npz"
    np.savez(
        data,
        **{f"x_{part}": x for part, x in images.items()},
        **{f"y_{part}": y for part, y in labels.items()},
    )
    results = example.train("--epochs", "1", "--data", data)
    assert example.evaluate("--data", data) == results
    np.save(example.folder / "x.npy", images["test"])
    assert len(example.predict(example.folder / "x.npy")) == 20


def made_up(example: Example) -> Path:
    """Samples that the network takes, bytes if it has a colour, and labels."""
    spec = SCRIPTS[example.name].with_suffix(".nn")
    model = read(spec.name, spec.read_bytes()).model
    assert model is not None
    rng, shape = np.random.default_rng(0), model.input_shape
    arrays = {}
    for part, n in (("train", 24), ("test", 8)):
        x = rng.normal(size=(n, *shape)).astype("f4")
        bytes_ = rng.integers(256, size=(n, *shape), dtype="u1")
        arrays[f"x_{part}"] = bytes_ if shape[-1] == 3 else x
        arrays[f"y_{part}"] = rng.integers(model.output_shape[0], size=n)
    np.save(example.folder / "x.npy", arrays["x_test"])
    data = example.folder / "data.npz"
    np.savez(data, **arrays)
    return data


@pytest.mark.thorough
@pytest.mark.parametrize("example", ["keywords", "person_mobilenet"], indirect=True)
def test_a_network_for_small_devices_trains(example: Example) -> None:
    data = made_up(example)
    results = example.train("--epochs", "1", "--data", data)
    assert example.evaluate("--data", data) == results
    assert len(example.predict(example.folder / "x.npy")) == 8
    example.run("gradcheck")


@pytest.mark.thorough
@pytest.mark.parametrize("example", IMDB, indirect=True)
def test_an_imdb_script_trains(example: Example, imdb: Path) -> None:
    results = example.train("--epochs", "1", "--data-dir", imdb.parent)
    assert results["test_accuracy"] > 0.7


REVIEWS = ["A wonderful, moving film. I loved it!", "Dull, and a waste of time. Awful."]


@pytest.mark.thorough
@pytest.mark.parametrize("example", ["imdb"], indirect=True)
def test_the_imdb_script_learns_from_texts_and_is_used(
    example: Example, imdb: Path
) -> None:
    results = example.train("--data-dir", imdb.parent)
    assert results["test_accuracy"] >= 0.87
    assert example.evaluate("--data-dir", imdb.parent) == results
    path = example.folder / "reviews.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["text"], *([review] for review in REVIEWS)])
    rows = example.predict(path)
    assert [row["prediction"] for row in rows] == ["1", "0"]
    example.run("gradcheck")
