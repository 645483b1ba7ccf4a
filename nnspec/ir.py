"""The model: what a spec means, checked, with every shape and count settled.

Frozen from top to bottom. Shapes are per sample, without the batch axis.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from math import prod
from typing import Literal, cast

from nnspec.record import Record
from nnspec.source import Span
from nnspec.table.data_entry import Transform
from nnspec.table.entry import Layer as LayerEntry
from nnspec.table.entry import (
    Metric,
    Shape,
    Use,
)
from nnspec.table.pairs import Pair

Precision = Literal["float32", "float64"]


class Weight(Record):
    """An array of parameters, under Keras's name for it: `dense_1/kernel`.

    One that is not `trainable` has no gradient.
    """

    name: str
    shape: Shape
    initializer: Use
    regularizer: Use | None
    constraint: Use | None
    trainable: bool

    @property
    def size(self) -> int:
        """How many parameters it holds."""
        return prod(self.shape)


class Layer(Record):
    """A layer: its name, what it is, whose outputs it takes, and what comes of it."""

    name: str
    use: Use
    inputs: tuple[str, ...]
    input_shape: Shape
    output_shape: Shape
    weights: tuple[Weight, ...]
    flops: int
    span: Span

    @property
    def parameters(self) -> int:
        """How many parameters its weights hold together."""
        return sum(weight.size for weight in self.weights)

    @property
    def trainable_parameters(self) -> int:
        """How many of them training changes by their gradients."""
        return sum(weight.size for weight in self.weights if weight.trainable)

    @property
    def is_identity(self) -> bool:
        """Whether its output is its input."""
        view = cast(LayerEntry, self.use.entry).step == "view"
        return view and self.output_shape == self.input_shape


class Split(Record):
    """How many samples are set apart; below 1 a share, from 1 on a count."""

    validation: float
    test: float
    seed: int | None
    stratify: bool


class Data(Record):
    """Where samples come from, and what is done to them, in this order.

    `transforms` are those of the samples, `labels` those of what is to be told of them.
    `feature_shape` is what the network is given, and `classes` how many kinds of
    labels there are, where the section settles it.
    """

    source: Use
    transforms: tuple[Use, ...]
    labels: tuple[Use, ...]
    split: Split | None
    feature_shape: Shape | None
    classes: int | None
    span: Span

    @property
    def sparse(self) -> Use | None:
        """The transform that makes samples that are mostly 0."""
        uses = (u for u in self.transforms if cast(Transform, u.entry).sparse)
        return next(uses, None)


class Training(Record):
    """The training section, defaults included.

    `class_weight` has pairs of a class's index and its weight.
    """

    loss: Use
    optimizer: Use
    metrics: tuple[Use, ...]
    epochs: int
    batch_size: int
    seed: int
    shuffle: bool
    precision: Precision
    class_weight: tuple[Pair, ...] | Literal["balanced"] | None
    class_weight_span: Span
    callbacks: tuple[Use, ...]
    span: Span

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What each metric is called: as it was written, a second one with a number."""
        numbers: defaultdict[str, Iterator[int]] = defaultdict(count)
        found = ((use.name, next(numbers[use.name])) for use in self.metrics)
        return tuple(f"{name}_{n}" if n else name for name, n in found)

    @cached_property
    def monitored(self) -> dict[str, bool]:
        """What the history tells of a part, and whether more of it is better."""
        found = {"loss": False}
        for label, use in zip(self.labels, self.metrics, strict=True):
            metric = cast(Metric, use.entry)
            if not metric.matrix:
                found[label] = metric.rises
        return found


class Model(Record):
    """A whole spec. `layers` are in the order in which they are computed."""

    name: str
    layers: tuple[Layer, ...]
    data: Data | None
    training: Training | None

    @property
    def input_shape(self) -> Shape:
        """The shape of one sample."""
        return self.layers[0].output_shape

    @property
    def output_shape(self) -> Shape:
        """The shape of what comes out for one sample."""
        return self.layers[-1].output_shape

    @property
    def sparse(self) -> bool:
        """Whether the first layers take samples as lists of what is not 0 in them."""
        first = [y for y in self.layers if self.layers[0].name in y.inputs]
        able = all(cast(LayerEntry, layer.use.entry).sparse for layer in first)
        return able and self.data is not None and self.data.sparse is not None

    @property
    def weights(self) -> tuple[Weight, ...]:
        """All weights in the order of their layers, the trainable ones first."""
        weights = (weight for layer in self.layers for weight in layer.weights)
        return tuple(sorted(weights, key=lambda weight: not weight.trainable))

    @property
    def parameters(self) -> int:
        """How many parameters there are."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def trainable_parameters(self) -> int:
        """How many of them training changes by their gradients."""
        return sum(layer.trainable_parameters for layer in self.layers)
