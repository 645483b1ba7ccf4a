"""Parameters, FLOPs and memory of a model and its layers."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import cast

from nnspec import ir
from nnspec.analyze.shares import shares_of
from nnspec.analyze.ways import derived, entry_of
from nnspec.record import Record
from nnspec.summary.fields import Field, receptive_fields
from nnspec.table.entry import Shape
from nnspec.table.training_entry import OptimizerEntry
from nnspec.targets.numpy.memory import held, item_size

_BATCH_SIZE = 32  # of a spec without training, as in Keras


class LayerSummary(Record):
    """A layer; shapes and FLOPs are for one sample.

    Parameters that several calls share are counted with the first of them.
    `activation_bytes` are its part of `Memory.activations`, and `receptive_field` is
    how many cells a value sees along each axis, edges aside.
    """

    name: str
    type: str
    output_shape: Shape
    parameters: int
    trainable_parameters: int
    inputs: tuple[str, ...]
    forward_flops: int
    activation_bytes: int
    receptive_field: Field


class Memory(Record):
    """What training holds in memory, in bytes.

    `parameters` are the weights alone. `gradients` are those of a batch, and of each
    share of it where threads share batches. `optimizer` is what the optimizer keeps for
    each trainable weight; nothing where there is no training section. `activations` are
    the arrays that the script makes for a batch: outputs of layers, what they keep for
    the way back, and the loss's derivatives; arrays that are never needed at once share
    memory. `work` is what one thread needs beside them for a moment: windows of images,
    or a block of the update. Sparse samples are not counted: how much there is of them,
    the data tells.
    """

    parameters: int
    gradients: int
    optimizer: int
    activations: int
    work: int

    @property
    def total(self) -> int:
        """All of it, where one thread works."""
        weights = self.parameters + self.gradients + self.optimizer
        return weights + self.activations + self.work


class Summary(Record):
    """A whole model; FLOPs are for one sample.

    `sparse` says that zeros of the samples are passed over. The FLOPs count them.
    """

    model: str
    layers: tuple[LayerSummary, ...]
    backward_flops: int
    memory: Memory
    batch_size: int
    precision: ir.Precision
    sparse: bool

    @property
    def total_parameters(self) -> int:
        """All parameters."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def trainable_parameters(self) -> int:
        """Those that training changes."""
        return sum(layer.trainable_parameters for layer in self.layers)

    @property
    def non_trainable_parameters(self) -> int:
        """Those that it does not."""
        return self.total_parameters - self.trainable_parameters

    @property
    def forward_flops(self) -> int:
        """A multiplication and an addition are two."""
        return sum(layer.forward_flops for layer in self.layers)

    @property
    def item_size(self) -> int:
        """Bytes of one number."""
        return item_size(self.precision)


def summarize(model: ir.Model, batch_size: int | None = None) -> Summary:
    """The summary; `batch_size` (default: the spec's, else 32) is for the memory."""
    training = model.training
    size = batch_size or (training.batch_size if training else _BATCH_SIZE)
    precision = training.precision if training else "float32"
    item = item_size(precision)
    arrays, work = held(model, size, item)
    fields = receptive_fields(model.network)
    parameters = _first_uses(model.network)
    layers = tuple(
        LayerSummary(
            name=layer.name,
            type=layer.use.entry.name,
            output_shape=layer.output_shape,
            parameters=sum(weight.size for weight in weights),
            trainable_parameters=sum(w.size for w in weights if w.trainable),
            inputs=layer.inputs,
            forward_flops=layer.flops,
            activation_bytes=arrays[layer.name],
            receptive_field=field,
        )
        for layer, weights, field in zip(
            model.network.calls, parameters, fields, strict=True
        )
    )
    memory = Memory(
        parameters=model.network.parameters * item,
        gradients=model.network.trainable_parameters * (1 + shares_of(model)) * item,
        optimizer=_kept(model) * item,
        activations=sum(layer.activation_bytes for layer in layers),
        work=work,
    )
    backward = _backward_flops(model.network)
    return Summary(model.name, layers, backward, memory, size, precision, model.sparse)


def _first_uses(network: ir.Network) -> Iterator[tuple[ir.Weight, ...]]:
    """The weights of each layer that no layer before it has."""
    seen = set[str]()
    for call in network.calls:
        yield tuple(weight for weight in call.weights if weight.name not in seen)
        seen.update(weight.name for weight in call.weights)


def _kept(model: ir.Model) -> int:
    """How many numbers the optimizer keeps from one update to the next."""
    if model.training is None:
        return 0
    use = model.training.optimizer
    entry = cast(OptimizerEntry, use.entry)
    shapes = (weight.shape for weight in model.network.weights if weight.trainable)
    slots = len(entry.kept(use.arguments))
    return model.network.trainable_parameters * slots + entry.factored(shapes)


def _backward_flops(network: ir.Network) -> int:
    """FLOPs of one sample's share of the backward pass.

    Nothing is derived by weights that are not trainable, nor by what stands before the
    first that are. Where several layers take a value, what comes back to it is summed.
    """
    total, found = 0, derived(network)
    for layer in network.calls:
        by_weights, by_values = entry_of(layer).count_derivatives(
            layer.input_shapes, layer.output_shape, layer.use.arguments
        )
        total += by_weights * (layer.trainable_parameters > 0)
        pairs = zip(by_values, layer.inputs, strict=True)
        total += sum(count for count, name in pairs if name in found)
        if layer.name in found:
            more = max(0, len(network.users[layer.name]) - 1)
            total += more * prod(layer.output_shape)
    return total
