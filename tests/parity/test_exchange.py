"""Keras loads the weights that are exported for it; what it saves is imported."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from nnspec.cli import main
from nnspec.compiler import check
from nnspec.source import Source
from nnspec.weights import npz

CHAIN = """
network {
  input(8, 8, 3)
  conv2d(4, 3)
  batch_normalization
  separable_conv2d(4, 3)
  dropout(0.1)
  prelu
  reshape(4, 16)
  bidirectional(lstm(3, return_sequences=true, dropout=0.1))
  gru(3, return_sequences=true)
  simple_rnn(4, return_sequences=true)
  layer_normalization
  group_normalization(2)
  rms_normalization
  flatten
  dense(6)
  dense(2)
}
"""

#: Branches that Keras lists in another order than they are written in.
GRAPH = """
network {
  input(6) as x
  dense(6) as long
  dense(6)
  dense(6) as end
  dense(6) from x as short
  multiply(end, short)
  dense(6) as left
  dense(6) from long as other
  add(left, other)
  dense(6)
}
"""


def chain() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.SeparableConv2D(4, 3),
            layers.Dropout(0.1),
            layers.PReLU(),
            layers.Reshape((4, 16)),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True, dropout=0.1)),
            layers.GRU(3, return_sequences=True),
            layers.SimpleRNN(4, return_sequences=True),
            layers.LayerNormalization(),
            layers.GroupNormalization(2),
            layers.RMSNormalization(),
            layers.Flatten(),
            layers.Dense(6),
            layers.Dense(2),
        ]
    )


def graph() -> keras.Model:
    x = keras.Input((6,))
    long = layers.Dense(6, name="long")(x)
    end = layers.Dense(6, name="end")(layers.Dense(6, name="dense")(long))
    short = layers.Dense(6, name="short")(x)
    left = layers.Dense(6, name="left")(layers.multiply([end, short]))
    other = layers.Dense(6, name="other")(long)
    return keras.Model(x, layers.Dense(6, name="dense_1")(layers.add([left, other])))


@pytest.mark.parametrize(("text", "build"), [(CHAIN, chain), (GRAPH, graph)])
def test_weights_go_to_keras_and_back(
    text: str, build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = check(Source("net.nn", text)).model
    assert spec is not None
    rng = np.random.default_rng(0)
    given = {
        w.name: rng.normal(size=w.shape).astype(np.float32)
        for w in spec.network.weights
    }
    Path("net.nn").write_text(text)
    Path("weights.npz").write_bytes(npz.write(given, {}))
    told = ("--weights", "weights.npz", "--to", "net.weights.h5")
    assert main(["export", "net.nn", *told]) == 0

    model = build()
    model.load_weights("net.weights.h5")
    by_name = {call.name: call for call in spec.network.calls}
    for layer in model.layers:
        call = by_name.get(layer.name)
        if call is not None and build is graph:
            for weight, found in zip(call.weights, layer.get_weights(), strict=True):
                assert np.array_equal(found, given[weight.name]), weight.name
    if build is chain:
        ours = [given[w.name] for c in spec.network.calls for w in c.weights]
        found = [np.asarray(w) for w in model.weights if "seed" not in w.path]
        assert all(map(np.array_equal, ours, found))

    for file in ("saved.weights.h5", "saved.keras"):
        if file.endswith(".keras"):
            model.save(file)
        else:
            model.save_weights(file)
        assert main(["import", file, "--spec", "net.nn", "--to", "w.npz"]) == 0
        with np.load("w.npz") as back:
            assert {*back} == {*given}
            for name, array in given.items():
                assert back[name].tobytes() == array.tobytes(), name
