"""The receptive fields that the summary tells, and what outputs really depend on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import pytest

from nnspec import compiler, summary
from nnspec.ir import Model
from nnspec.source import Source
from nnspec.summary.fields import Field
from nnspec.table.entry import LayerEntry
from tests.cases import CASES
from tests.scripts import Array, script, spec

#: Layers for sequences and for images. Those without windows are between the others.
BETWEEN = ("relu", "dense(2)", "dropout(0.5)", "batch_normalization", "prelu")
WINDOWS = {
    1: (
        *("conv1d(2, 3)", "conv1d(2, 2, 2)", "conv1d(1, 3, dilation_rate=2)"),
        *("conv1d(2, 4, padding=same)", "conv1d(2, 3, 2, same)", "conv1d(2, 1)"),
        *("conv1d(2, 3, padding=causal)", "max_pooling1d(2)", "max_pooling1d(3, 2)"),
        *("average_pooling1d(2, 3)", "average_pooling1d(3, 1, same)"),
        *("conv1d_transpose(2, 3, 2)", "conv1d_transpose(2, 2, 2, same)"),
        *("conv1d_transpose(2, 5, 3, same)", "conv1d_transpose(1, 2, 1, same, 0, 2)"),
        *("adaptive_max_pooling1d(16)", "adaptive_average_pooling1d(9)"),
        *("depthwise_conv1d(3, 2)", "separable_conv1d(2, 3, dilation_rate=2)"),
        *("upsampling1d(2)", "upsampling1d(3)", "zero_padding1d(1)", "cropping1d(1)"),
        *("zero_padding1d((2, 1))", "cropping1d((0, 1))"),
    ),
    2: (
        *("conv2d(2, (3, 2))", "conv2d(2, 3, (1, 2), same)", "conv2d(2, 1)"),
        *("conv2d(1, 2, dilation_rate=(2, 1))", "max_pooling2d((2, 1))"),
        *("depthwise_conv2d((1, 3))", "separable_conv2d(2, 2, padding=same)"),
        *("average_pooling2d(2, 1)", "conv2d_transpose(1, 3, (2, 1))"),
        *("upsampling2d((1, 2))", "upsampling2d(2, bilinear)"),
        *("upsampling2d((3, 1), bilinear)", "zero_padding2d(((1, 0), (0, 2)))"),
        *("cropping2d(((1, 0), (0, 1)))", "spatial_dropout2d(0.5)"),
    ),
    3: (
        *("conv3d(2, (2, 1, 3), (1, 2, 1))", "conv3d_transpose(1, 2, (1, 2, 1))"),
        *("adaptive_max_pooling3d((3, 4, 7))", "adaptive_average_pooling3d((5, 9, 2))"),
        *("max_pooling3d((1, 2, 3), 1)", "average_pooling3d(2, 1, same)"),
        *("upsampling3d((1, 2, 1))", "zero_padding3d((1, (0, 2), 0))"),
        *("cropping3d(((0, 1), 1, 0))", "spatial_dropout3d(0.5)"),
    ),
}
SIZES = {1: (40,), 2: (16, 15), 3: (5, 6, 7)}


def told(layers: list[str], shape: str) -> list[Field]:
    model = compiler.check(Source("model.nn", spec(layers, shape=shape))).model
    assert model is not None
    return [layer.receptive_field for layer in summary.summarize(model).layers]


def seen(layers: list[str], sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Along each axis, the most cells from the first to the last that a value sees.

    A cell is seen if the value changes when it is much larger: with weights above 0
    nothing cancels out, and the largest of a window is the one that has grown.
    """
    shape = (*sizes, 1)
    s = script(spec(layers, shape=", ".join(map(str, shape))))
    rng = np.random.default_rng(0)
    w = s.module.views(rng.uniform(0.5, 1.5, s.module.PARAMETERS))
    cells = int(np.prod(sizes))
    x = np.tile(rng.uniform(size=shape), (cells + 1, *(1 for _ in shape)))
    for i in range(cells):
        x[i].flat[i] = 1e9
    y = s.predict(w, x).sum(axis=-1)
    changed: Array = np.abs(y[:-1] - y[-1]).reshape(*sizes, -1) > 1.0
    return tuple(max(extents(changed, axis)) for axis in range(len(sizes)))


def extents(changed: Array, axis: int) -> Iterator[int]:
    """How far apart the cells are that change each value, along an axis."""
    others = tuple(i for i in range(changed.ndim - 1) if i != axis)
    for column in changed.any(axis=others).T:
        places = np.flatnonzero(column)
        yield places[-1] - places[0] + 1 if places.size else 0


def network(seed: int, rank: int) -> tuple[list[str], tuple[int, ...]]:
    """Random layers, and a field that is well within the input."""
    rng = np.random.default_rng(seed)
    size = ", ".join(map(str, (*SIZES[rank], 1)))
    while True:
        layers = [*rng.choice(WINDOWS[rank], rng.integers(2, 6)), rng.choice(BETWEEN)]
        layers = [str(layer) for layer in rng.permutation(layers)]
        analysis = compiler.check(Source("model.nn", spec(layers, shape=size)))
        field = told(layers, size)[-1] if analysis.model else None
        if not isinstance(field, tuple):
            continue
        far = all(2 * r <= n for r, n in zip(field, SIZES[rank], strict=True))
        if far and min(output(analysis.model)) >= 6:
            return layers, field


def output(model: Model | None) -> tuple[int, ...]:
    assert model is not None
    return model.output_shape[:-1]


@pytest.mark.share(3)
@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("seed", range(60))
def test_outputs_depend_on_as_many_cells(rank: int, seed: int) -> None:
    layers, field = network(seed, rank)
    assert seen(layers, SIZES[rank]) == field, layers


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_each_layer_by_itself(rank: int) -> None:
    for layer in WINDOWS[rank]:
        layers = ["dense(1)", layer]
        field = told(layers, ", ".join(map(str, (*SIZES[rank], 1))))[-1]
        assert seen(layers, SIZES[rank]) == (field or (1,) * rank), layer


def test_the_formula() -> None:
    """r + (reach - 1) * jump, worked out by hand."""
    layers = ["conv2d(4, 7, 2, same)", "max_pooling2d(3, 2)", "conv2d(4, (3, 1))"]
    layers += ["conv2d(4, 3, dilation_rate=2)", "relu", "conv2d(4, 1)"]
    fields = [(7, 7), (11, 11), (19, 11), (35, 27), (35, 27), (35, 27)]
    assert told(layers, "64, 64, 3") == [None, *fields]


def test_a_field_may_be_larger_than_the_input() -> None:
    assert told(["conv1d(1, 9, padding=same)"] * 2, "5, 1")[-1] == (17,)


def test_some_values_of_a_transpose_with_gaps_see_nothing() -> None:
    assert told(["conv1d_transpose(1, 1, 3)"], "8, 1")[-1] == (1,)
    assert seen(["conv1d_transpose(1, 1, 3)"], (8,)) == (1,)


@pytest.mark.parametrize(
    "layer",
    [
        "flatten",
        "reshape(4, 12, 4)",
        "permute(2, 1, 3)",
        "global_average_pooling2d",
        "global_max_pooling2d(keepdims=true)",
        "layer_normalization(axis=[1, 2, 3])",
        "layer_normalization(axis=1)",
        "group_normalization(2)",
        "unit_normalization(axis=(2, 3))",
        "rms_normalization(axis=[2, 3])",
        "softmax(axis=1)",
        "activation(log_softmax(axis=2))",
        "conv2d(4, 1, softmax(axis=1))",
        "dense(4, softmax(axis=-2))",
    ],
)
def test_what_mixes_places_sees_the_whole(layer: str) -> None:
    fields = told(["conv2d(4, 3)", layer, "dense(4)"], "8, 10, 1")
    assert fields == [None, (3, 3), "whole", "whole"]


def test_without_windows_there_are_no_fields() -> None:
    layers = ["dense(4)", "softmax(axis=1)", "permute(2, 1)", "flatten", "dense(4)"]
    assert told(layers, "8, 10") == [None] * 6


@pytest.mark.parametrize(
    "layer",
    [
        "reshape(6, -1, 4)",
        "permute(1, 2, 3)",
        "layer_normalization",
        "layer_normalization(axis=3)",
        "unit_normalization",
        "rms_normalization",
        "softmax",
        "activation(softmax(axis=3))",
        "dense(4, softmax)",
        "activity_regularization(0.1)",
        "rescaling(2)",
        "alpha_dropout(0.1)",
    ],
)
def test_what_works_cell_by_cell_sees_no_more(layer: str) -> None:
    assert told(["conv2d(4, 3)", layer], "8, 10, 1") == [None, (3, 3), (3, 3)]


def test_fields_are_those_of_what_the_first_windows_are_given() -> None:
    layers = ["dense(32)", "reshape(4, 4, 2)", "conv2d_transpose(2, 3, 2)"]
    assert told(layers, "5") == [None, None, None, (2, 2)]


def test_many_cells_of_one_take_no_time() -> None:
    layers = ["conv1d(1, 3, padding=same)", *["upsampling1d(100)"] * 3]
    assert told(layers, "1000, 1")[-1] == (3,)


@pytest.mark.thorough
def test_layers_that_change_axes_say_what_they_see() -> None:
    changing = set[str]()
    for text in CASES.values():
        model = compiler.check(Source("model.nn", text)).model
        assert model is not None
        for layer in model.network.calls[1:]:
            alike = layer.input_shape[:-1] == layer.output_shape[:-1]
            if alike or len(layer.inputs) > 1:  # a merge repeats cells
                continue
            entry = cast(LayerEntry, layer.use.entry)
            if entry.ids is not None:  # a vector for each id, by itself
                continue
            found = entry.sees(layer.input_shape, layer.use.arguments)
            assert found is None or len(found) == len(layer.output_shape) - 1 > 0
            changing.add(entry.name)
    assert len(changing) > 20


GRAPHS = (
    (
        *("dense(2) as a", "conv1d(2, 5, padding=same) as b"),
        *("conv1d(2, 3, padding=same, dilation_rate=2) from a", "add(b)"),
    ),
    (
        *("conv1d(2, 3, padding=same) as a", "max_pooling1d(2)"),
        *("conv1d(2, 3, padding=same)", "upsampling1d(2)", "concatenate(a)"),
    ),
    (
        *("conv1d(2, 3, padding=same) as a", "conv1d_transpose(2, 3, 2, same)"),
        *("average_pooling1d(2)", "maximum(a)", "conv1d(2, 3)", "upsampling1d(3)"),
    ),
    (
        *("zero_padding1d((2, 0))", "cropping1d((0, 2)) as b"),
        *("conv1d(2, 4, padding=causal)",),
        *("average(b)", "conv1d(1, 2, 2)"),
    ),
    (
        *("conv1d(2, 3, 2, same) as a", "upsampling1d(2) as b"),
        *("conv1d_transpose(2, 4, 2, same) from a", "add(b)", "average_pooling1d(3)"),
    ),
)


@pytest.mark.parametrize("layers", GRAPHS)
def test_a_merge_sees_what_its_values_see(layers: tuple[str, ...]) -> None:
    assert seen([*layers], SIZES[1]) == told([*layers], "40, 1")[-1]


def test_a_merge_that_repeats_a_cell_sees_the_whole() -> None:
    lines = ["conv1d(2, 3, padding=same) as a", "max_pooling1d(8)", "add(a)"]
    assert told(lines, "8, 1")[1:] == [(3,), (10,), "whole"]
