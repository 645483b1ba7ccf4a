"""A `.keras` file that is exported opens in Keras and predicts as the script does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import nnspec
from nnspec.cli import main
from nnspec.commands.extras import need_keras
from nnspec.compiler import check
from nnspec.ir import Model
from nnspec.source import Source
from nnspec.targets.keras.archive import needing_code
from nnspec.targets.predicted import as_predicted
from nnspec.weights import npz
from tests.cases import ACTIVATIONS, CASES, LAYERS
from tests.scripts import load, spec
from tests.sequences import SEQUENCES
from tests.several import SPECS
from tests.volumes import VOLUMES

Array = np.ndarray[Any, Any]

_OF_LAYERS = {text[:80] for text in (*LAYERS, *SEQUENCES, *VOLUMES)}


def model_of(text: str) -> Model:
    found = check(Source("net.nn", text)).model
    assert found is not None
    return found


def is_opened(text: str) -> bool:
    """Whether it needs no code, and Keras can predict with it on JAX.

    There its attention has values as wide as keys, and `hard_sigmoid` makes doubles of
    the states of a GRU where doubles are enabled, as for these tests.
    """
    network = as_predicted(model_of(text)).network
    uses = [call.use.arguments for call in network.calls]
    wide = any(a.get("value_dim") not in (None, a.get("key_dim")) for a in uses)
    return not ([*needing_code(network)] or wide or "softsign, hard_sigmoid" in text)


#: Each layer, activation and argument in single precision, but what needs code.
EVERY = {
    name: text.replace("precision = float64", "")
    for name, text in {
        **{name: text for name, text in CASES.items() if name[:80] in _OF_LAYERS},
        **{name: spec(["dense(4)", name]) for name in map(str, ACTIVATIONS)},
    }.items()
    if is_opened(text)
}


def weights_of(model: Model) -> dict[str, Array]:
    """Weights at random; variances are above 0."""
    rng = np.random.default_rng(5)
    dtype = model.training.precision if model.training else "float32"
    found = {}
    for weight in model.network.weights:
        values = rng.normal(0.0, 0.4, weight.shape)
        values = np.abs(values) + 0.5 if weight.name.endswith("variance") else values
        found[weight.name] = values.astype(dtype)
    return found


def samples(model: Model, n: int) -> Any:
    rng, found = np.random.default_rng(6), {}
    for call in model.network.inputs:
        ids = model.network.ids.get(call.name)
        shape = (n, *call.output_shape)
        drawn = rng.integers(ids, size=shape) if ids else rng.normal(size=shape)
        found[call.name] = drawn
    return found if len(found) > 1 else next(iter(found.values()))


def same(one: Array, other: Array) -> bool:
    size = max(1.0, float(np.abs(one).max()))
    return one.shape == other.shape and float(np.abs(one - other).max()) <= 1e-6 * size


def compare(text: str) -> None:
    """Predictions of the opened file and of the script; weights come back as bits."""
    model = model_of(text)
    weights = weights_of(model)
    Path("net.nn").write_text(text, "utf-8")
    Path("w.npz").write_bytes(npz.write(weights, {}))
    assert main(["export", "net.nn", "--weights", "w.npz", "--to", "net.keras"]) == 0
    opened, x = keras.saving.load_model("net.keras"), samples(model, 5)
    ours = load(nnspec.compile(text)).Model("w.npz").predict(x)
    theirs = opened.predict(x, verbose=0)
    if isinstance(ours, dict):
        assert {*ours} == {*theirs}
        assert all(same(array, theirs[name]) for name, array in ours.items())
    else:
        assert same(ours, theirs)
    assert main(["import", "net.keras", "--spec", "net.nn", "--to", "back.npz"]) == 0
    with np.load("back.npz") as back:
        assert {*back} == {*weights}
        for name, array in weights.items():
            assert back[name].tobytes() == array.tobytes(), name


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    keras.backend.clear_session()


@pytest.mark.share(11)
@pytest.mark.parametrize("name", EVERY)
def test_it_predicts_as_the_script_does(name: str) -> None:
    compare(EVERY[name])


def test_several_outputs_and_inputs() -> None:
    compare(SPECS["everything"].replace("precision = float64", ""))


def test_outputs_that_are_logits_become_probabilities() -> None:
    loss = "categorical_crossentropy(from_logits=true)"
    compare(spec(["dense(4, relu)", "dense(3)"], loss=loss, more=""))


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        ("twice", "`twice` is a definition of the spec"),
        ("dense(3, twice)", "`twice` is a definition of the spec"),
        ("position_embedding(4)", "Keras has no `position_embedding` that computes"),
        ("gelu(approximate=true)", "Keras knows the activation `gelu` by its name"),
        ("time_distributed(dense(3, gelu(true)))", "Keras knows the activation `gelu`"),
    ],
)
def test_what_needs_code_is_told_at_its_place(
    layer: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"activation twice(x) = 2 * x\nnetwork {{\n  input(4, 3)\n  {layer}\n"
    text += "  dense(2)\n}\n"
    Path("net.nn").write_text(text, "utf-8")
    Path("w.npz").write_bytes(npz.write(weights_of(model_of(text)), {}))
    assert main(["export", "net.nn", "--weights", "w.npz", "--to", "net.keras"]) == 1
    said = capsys.readouterr().err
    assert f"a `.keras` file has no code: {why}" in said
    assert "net.nn:4:3" in said
    assert not Path("net.keras").exists()


TABLE = """
data {
  csv("t.csv", target="price")
  standardize
  log(of=target, offset=1)
  standardize(of=target)
}
network {
  dense(2)
  dense(1)
}
training {
  loss = mse
}
"""


def test_what_is_not_in_the_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{i},{i * i % 7},{i + 3}\n" for i in range(30))
    Path("t.csv").write_text(f"a,b,price\n{rows}")
    Path("net.nn").write_text(TABLE)
    weights = weights_of(nnspec.compiler.load("net.nn"))
    Path("w.npz").write_bytes(npz.write(weights, {}))
    assert main(["export", "net.nn", "--weights", "w.npz", "--to", "net.keras"]) == 0
    said = capsys.readouterr().err
    assert "do it before: what standardize makes of the data\n" in said
    assert "undo it after: what log, standardize makes of the target\n" in said


@pytest.mark.parametrize("backend", ["jaks", "json", "a.b"])
def test_a_backend_that_is_not_there_has_a_way_out(
    backend: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", backend)
    text = spec(["dense(1)"], more="")
    Path("net.nn").write_text(text)
    Path("w.npz").write_bytes(npz.write(weights_of(model_of(text)), {}))
    assert main(["export", "net.nn", "--weights", "w.npz", "--to", "net.keras"]) == 2
    assert capsys.readouterr().err == (
        f"error: Keras is to compute with {backend}, no backend that is installed\n"
        "  = help: pip install 'nnspec[keras]', and unset KERAS_BACKEND\n"
    )


def test_a_backend_without_a_name_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "")
    assert need_keras("a file") is keras
    assert os.environ["KERAS_BACKEND"] == "jax"
