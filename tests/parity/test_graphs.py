"""Graphs have the shapes and the parameters that Keras's functional API gives them."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import keras
import pytest

from nnspec import ir, summary
from nnspec.compiler import check
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.entry import LayerEntry
from tests.graphs import random_graph
from tests.parity.keras_model import LAYERS, activation, class_of, given


def model_of(text: str) -> ir.Model:
    analysis = check(Source("net.nn", text))
    errors = [d for d in analysis.diagnostics if d.severity == "error"]
    assert analysis.model is not None, (errors, text)
    return analysis.model


def functional(model: ir.Model) -> tuple[Any, dict[str, Any]]:
    """The network in Keras, and each value of it. Calls that share weights are of one
    layer."""
    keras.backend.clear_session()
    values: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    for call in model.network.calls:
        if not call.inputs:
            values[call.name] = keras.Input(call.output_shape)
            continue
        key = call.weights[0].name.rpartition("/")[0] if call.weights else call.name
        layer = layers.setdefault(key, None) or layer_of(call)
        layers[key] = layer
        taken = [values[name] for name in call.inputs]
        several = isinstance(call.use.entry, LayerEntry) and call.use.entry.takes[1] > 1
        values[call.name] = layer(taken if several else taken[0])
    inputs = [values[call.name] for call in model.network.inputs]
    outputs = [values[name] for name in model.network.outputs]
    return keras.Model(inputs, outputs), values


def layer_of(call: ir.Call) -> Any:
    name = call.use.entry.name
    if name in TABLE["activation"] and name not in LAYERS:
        return keras.layers.Activation(activation(call.use))
    found = class_of(keras.layers, name)(**given(call.use))
    if call.use.arguments.get("trainable") is False:  # of a block around it, too
        found.trainable = False
    return found


def compare(text: str) -> None:
    model = model_of(text)
    built, values = functional(model)
    shapes = {name: tuple(value.shape[1:]) for name, value in values.items()}
    assert {c.name: c.output_shape for c in model.network.calls} == shapes, text
    found = summary.summarize(model)
    trained = sum(prod(variable.shape) for variable in built.trainable_variables)
    assert found.total_parameters == built.count_params(), text
    assert found.trainable_parameters == trained, text


@pytest.mark.share(4)
@pytest.mark.parametrize("part", range(8))
def test_random_graphs(part: int) -> None:
    for seed in range(part, 200, 8):
        compare(random_graph(seed))


NETWORKS = sorted((Path(__file__).parents[1] / "networks").glob("*.nn"))


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_networks_that_are_known(path: Path) -> None:
    compare(path.read_text("utf-8"))


def test_mobilenet_has_the_parameters_of_keras_s_own() -> None:
    (path,) = (path for path in NETWORKS if path.stem == "mobilenet")
    model = model_of(path.read_text("utf-8"))
    keras.backend.clear_session()
    own = keras.applications.MobileNet((96, 96, 3), alpha=0.25, weights=None)
    trained = sum(prod(variable.shape) for variable in own.trainable_variables)
    assert model.network.parameters == own.count_params() == 475_544
    assert model.network.trainable_parameters == trained
