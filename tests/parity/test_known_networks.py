"""Examples that are known networks, beside the same ones of Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.parity.conftest import WHY
from tests.scripts import Script, script

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity import keras_model  # noqa: E402  (sets float64)


def example(name: str) -> Script:
    """An example in float64."""
    text = (ROOT / "examples" / f"{name}.nn").read_text(encoding="utf-8")
    return script(text.replace("training {", "training {\n  precision = float64"))


def mobilenet() -> Any:
    """MobileNet of a quarter of the width, and what its images are prepared by."""
    images = keras.Input((96, 96, 3))
    network = keras.applications.MobileNet(
        input_shape=(96, 96, 3), alpha=0.25, weights=None, classes=2
    )
    scaled = keras.layers.Rescaling(1 / 127.5, -1)(images)
    return keras.Model(images, network(scaled))


def ds_cnn() -> Any:
    """DS-CNN, as the reference of MLPerf Tiny has it."""
    layers = keras.layers
    x = inputs = keras.Input((49, 10, 1))
    x = layers.Conv2D(64, (10, 4), strides=2, padding="same")(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dropout(0.2)(x)
    for _ in range(4):
        x = layers.DepthwiseConv2D(3, padding="same")(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.Conv2D(64, 1, padding="same")(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.AveragePooling2D((25, 5))(layers.Dropout(0.4)(x))
    x = layers.Dense(12, activation="softmax")(layers.Flatten()(x))
    return keras.Model(inputs, x)


@pytest.mark.parametrize(
    ("name", "build"), [("keywords", ds_cnn), ("person_mobilenet", mobilenet)]
)
def test_parameters_and_predictions(name: str, build: Callable[[], Any]) -> None:
    s, theirs = example(name), build()
    network = s.model.network
    assert network.parameters == theirs.count_params()
    rng = np.random.default_rng(0)
    w = s.module.views(np.zeros(s.module.PARAMETERS))
    for trainable in (True, False):
        ours = [weight for weight in network.weights if weight.trainable is trainable]
        variables = (
            theirs.trainable_variables if trainable else theirs.non_trainable_variables
        )
        variables = [v for v in variables if not keras_model.is_seed(v)]
        assert [o.size for o in ours] == [int(np.prod(v.shape)) for v in variables]
        for weight, variable in zip(ours, variables, strict=True):
            values = rng.uniform(0.2, 0.6, weight.shape)
            values = values if "batch_norm" in weight.name else values - 0.4
            variable.assign(values.reshape(variable.shape))
            getattr(w, weight.name.replace("/", "_"))[...] = values
    x = rng.uniform(0, 255, (2, *s.model.input_shape))
    x = x if name == "person_mobilenet" else x / 255
    expected = theirs.predict(x, verbose=0)
    np.testing.assert_allclose(s.predict(w, x), expected, rtol=1e-10, atol=1e-10)
    assert np.ptp(expected[0]) > 1e-3, "nothing is told of outputs that are alike"
