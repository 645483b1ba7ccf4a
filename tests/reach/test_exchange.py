"""Weights go to files of other libraries and come back, bit by bit."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from nnspec.cli import main
from nnspec.compiler import check
from nnspec.source import Source
from nnspec.weights import npz

Array = np.ndarray[Any, Any]

#: Layers of every way in which Keras keeps weights.
LAYERS = """
network {
  input(8, 8, 3)
  conv2d(4, 3)
  batch_normalization
  separable_conv2d(4, 3, activation=relu)
  prelu
  reshape(4, 16)
  bidirectional(lstm(3, return_sequences=true))
  gru(3, return_sequences=true)
  simple_rnn(4, return_sequences=true) as steps
  multi_head_attention(2, 3)
  add(steps)
  layer_normalization
  flatten
  dense(6)
  dense(2)
}
training {
  loss = mse
}
"""


def random_weights(text: str) -> dict[str, Array]:
    model = check(Source("net.nn", text)).model
    assert model is not None
    rng = np.random.default_rng(0)
    return {
        w.name: rng.normal(size=w.shape).astype(np.float32)
        for w in model.network.weights
    }


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Array]:
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(LAYERS)
    weights = random_weights(LAYERS)
    learnt = {
        "data/mean": np.arange(3.0),
        "data/classes": np.array(["yes", "n\u00f6"]),
        "data/count": np.array(7),
    }
    Path("weights.npz").write_bytes(npz.write(weights, learnt))
    return weights | learnt


def arrays(path: str) -> dict[str, Array]:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def same(one: dict[str, Array], other: dict[str, Array]) -> bool:
    return [*one] == [*other] and all(
        one[name].dtype == other[name].dtype
        and one[name].shape == other[name].shape
        and one[name].tobytes() == other[name].tobytes()
        for name in one
    )


def go(*words: str) -> int:
    return main([*words])


def test_safetensors_give_back_what_they_were_given(
    trained: dict[str, Array], capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--weights", "weights.npz", "--to", "net.safetensors")
    assert go("export", "net.nn", *given) == 0
    found = load_file("net.safetensors")
    assert found["conv2d/kernel"].tobytes() == trained["conv2d/kernel"].tobytes()
    assert go("import", "net.safetensors", "--spec", "net.nn", "--to", "w.npz") == 0
    back = arrays("w.npz")
    assert same(dict(sorted(back.items())), dict(sorted(trained.items())))
    assert capsys.readouterr().err == "wrote net.safetensors\nwrote w.npz\n"


def test_keras_files_give_back_the_weights(
    trained: dict[str, Array], capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--weights", "weights.npz", "--to", "net.weights.h5")
    assert go("export", "net.nn", *given) == 0
    assert go("import", "net.weights.h5", "--spec", "net.nn", "--to", "w.npz") == 0
    weights = {n: a for n, a in trained.items() if not n.startswith("data/")}
    assert same(arrays("w.npz"), weights)
    assert capsys.readouterr().err == "wrote net.weights.h5\nwrote w.npz\n"


def test_names_that_are_others_go_by_order(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    layers = "network {\n  input(3)\n  dense(3)\n  dense(2, use_bias=false)\n}\n"
    Path("net.nn").write_text(layers)
    rng = np.random.default_rng(1)
    shapes = {"a.weight": (3, 3), "a.bias": (3,), "b.weight": (2, 3), "more": (5,)}
    given = {n: rng.normal(size=s).astype(np.float32) for n, s in shapes.items()}
    save_file(given, "torch.safetensors")
    assert go("import", "torch.safetensors", "--spec", "net.nn", "--to", "w.npz") == 0
    found = arrays("w.npz")
    assert np.array_equal(found["dense/kernel"], given["a.weight"].T)
    assert np.array_equal(found["dense_1/kernel"], given["b.weight"].T)
    assert capsys.readouterr().err.splitlines() == [
        "dense/kernel: a.weight, transposed, by order",
        "dense/bias: a.bias, by order",
        "dense_1/kernel: b.weight, transposed, by order",
        "more: left out, no weight of the spec",
        "wrote w.npz",
    ]
    save_file({"a.weight": given["a.weight"]}, "torch.safetensors")
    assert go("import", "torch.safetensors", "--spec", "net.nn", "--to", "v.npz") == 3
    assert "no array for `dense/bias` (3,); left are: none" in capsys.readouterr().err
    assert not Path("v.npz").exists()


def test_normalizations_and_many_layers_of_pytorch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All arrays of one shape: words and numbers in their names say which is which."""
    monkeypatch.chdir(tmp_path)
    layers = "  dense(3)\n  batch_normalization\n" * 6
    Path("net.nn").write_text(f"network {{\n  input(3)\n{layers}}}\n")
    rng, given = np.random.default_rng(0), dict[str, Array]()
    for i in range(0, 12, 2):
        given[f"{i}.weight"] = rng.normal(size=(3, 3)).astype(np.float32)
        for name in ("weight", "bias", "running_mean", "running_var"):
            given[f"{i + 1}.{name}"] = rng.normal(size=3).astype(np.float32)
        given[f"{i}.bias"] = rng.normal(size=3).astype(np.float32)
        given[f"{i + 1}.num_batches_tracked"] = np.array(7)
    save_file(given, "net.safetensors")
    assert go("import", "net.safetensors", "--spec", "net.nn", "--to", "w.npz") == 0
    found = arrays("w.npz")
    for i in range(6):
        number = f"_{i}" * bool(i)
        norm = f"batch_normalization{number}"
        for place, name in (
            (f"dense{number}/kernel", f"{2 * i}.weight"),
            (f"dense{number}/bias", f"{2 * i}.bias"),
            (f"{norm}/gamma", f"{2 * i + 1}.weight"),
            (f"{norm}/beta", f"{2 * i + 1}.bias"),
            (f"{norm}/moving_mean", f"{2 * i + 1}.running_mean"),
            (
                f"batch_normalization{number}/moving_variance",
                f"{2 * i + 1}.running_var",
            ),
        ):
            assert np.array_equal(found[place], given[name].T), (place, name)


def test_numbers_in_names_may_be_of_any_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    layers = "  dense(3, use_bias=false)\n" * 4
    Path("net.nn").write_text(f"network {{\n  input(3)\n{layers}}}\n")
    names = [f"net.{number}.weight" for number in ("0", "09", "10", "1" * 5000)]
    eye = np.eye(3, dtype=np.float32)
    given = {name: eye * (i + 1) for i, name in enumerate(names)}
    save_file(given, "net.safetensors")
    assert go("import", "net.safetensors", "--spec", "net.nn", "--to", "w.npz") == 0
    assert [array[0, 0] for array in arrays("w.npz").values()] == [1, 2, 3, 4]


def test_precision_that_changes_is_told(
    trained: dict[str, Array], capsys: pytest.CaptureFixture[str]
) -> None:
    wide = {n: a.astype(float) for n, a in trained.items() if n[:5] != "data/"}
    save_file(wide, "net.safetensors")
    assert go("import", "net.safetensors", "--spec", "net.nn", "--to", "w.npz") == 0
    assert "conv2d/kernel: float64, rounded to float32" in capsys.readouterr().err


def test_nothing_is_unpickled(
    trained: dict[str, Array], capsys: pytest.CaptureFixture[str]
) -> None:
    assert go("import", "net.pt", "--spec", "net.nn", "--to", "w.npz") == 2
    said = capsys.readouterr().err
    line = 'safetensors.torch.save_file(torch.load("net.pt", weights_only=True), '
    assert line + '"net.safetensors")' in said


def broken_header(path: Path) -> None:
    head = json.dumps({"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 4]}})
    path.write_bytes(struct.pack("<Q", len(head)) + head.encode() + b"0000")


@pytest.mark.parametrize("name", ["net.safetensors", "net.weights.h5", "net.keras"])
def test_broken_files_are_told(
    name: str, trained: dict[str, Array], capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("import", name, "--spec", "net.nn", "--to", "w.npz")
    assert go(*command) == 3
    assert "No such file" in capsys.readouterr().err
    for content in (b"", b"PK\3\4", b"x" * 100):
        Path(name).write_bytes(content)
        assert go(*command) == 3
        assert capsys.readouterr().err.startswith(f"error: {name}: it is no file of ")
    broken_header(Path(name))
    assert go(*command) == 3


def test_weights_of_another_network_are_told(
    trained: dict[str, Array], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("other.nn").write_text("network {\n  input(3)\n  dense(3)\n}\n")
    given = ("--weights", "weights.npz", "--to", "net.safetensors")
    assert go("export", "other.nn", *given) == 3
    said = capsys.readouterr().err
    assert "`dense/kernel` should be (3, 3), but there is (16, 6)" in said
    Path("weights.npz").write_bytes(b"no")
    assert go("export", "net.nn", *given) == 3


@pytest.mark.parametrize(
    ("to", "help"),
    [
        ("net.safetensor", "did you mean `.safetensors`?"),
        ("net", "end it in .onnx or .safetensors or .weights.h5 or .keras"),
    ],
)
def test_endings_that_are_none_have_a_way_out(
    to: str, help: str, trained: dict[str, Array], capsys: pytest.CaptureFixture[str]
) -> None:
    assert go("export", "net.nn", "--weights", "weights.npz", "--to", to) == 2
    assert help in capsys.readouterr().err


def test_a_history_is_drawn_by_tensorboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run").mkdir()
    rows = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n"
    rows += "1,2.5,0.25,3.5,0.5,0.1,2.0\n2,1.5,0.75,nan,0.625,0.1,3.0\n"
    Path("run/history.csv").write_text(rows)
    assert go("export", "run", "--to", "events") == 0
    found = EventAccumulator("events/training").Reload()
    assert [*found.Tags()["scalars"]] == [
        "epoch_loss",
        "epoch_accuracy",
        "epoch_learning_rate",
    ]
    first, second = found.Scalars("epoch_loss")
    assert [(first.step, first.value), (second.step, second.value)] == [
        (1, 2.5),
        (2, 1.5),
    ]
    assert second.wall_time - first.wall_time == pytest.approx(3.0, abs=0.01)
    other = EventAccumulator("events/validation").Reload()
    assert [e.value for e in other.Scalars("epoch_accuracy")] == [0.5, 0.625]
    Path("run/history.csv").unlink()
    assert go("export", "run", "--to", "events") == 3


def test_shared_weights_stand_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = """
shared tower {
  dense(4)
}
network {
  input(3) as a
  input(3) as b
  tower from a as left
  tower from b as right
  subtract(left, right)
  dense(1)
}
"""
    Path("net.nn").write_text(text)
    Path("weights.npz").write_bytes(npz.write(random_weights(text), {}))
    given = ("--weights", "weights.npz", "--to", "net.weights.h5")
    assert go("export", "net.nn", *given) == 0
    with h5py.File("net.weights.h5") as file:
        assert [*file["layers"]] == ["dense", "dense_1"]
        assert file["layers/dense/vars/0"].shape == (3, 4)
