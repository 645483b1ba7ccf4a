"""What the arrays of a batch hold: the same that a script makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import ceil, prod
from typing import cast

from nnspec import ir
from nnspec.analyze.shares import shares_of
from nnspec.table.training_entry import OptimizerEntry
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.names import weight_attributes
from nnspec.targets.numpy.network import lay_out
from nnspec.targets.numpy.optimizer import block_of
from nnspec.targets.numpy.values import Array


def item_size(precision: ir.Precision) -> int:
    """The bytes of a number."""
    return 8 if precision == "float64" else 4


def held(model: ir.Model, batch: int, item: int) -> tuple[Counter[str], int]:
    """The bytes of the arrays of each call, by its name, for a batch of samples.

    `item` are the bytes of a number. What arrays share is counted with the first one.
    The other number are the most bytes that a thread needs beside them for a moment.
    """
    of_products = 0 if shares_of(model) else batch
    layout = lay_out(model, weight_attributes(model.network.weights), of_products)
    calls = {str(attribute): name for name, attribute in layout.names.items()}
    for value, call in zip(layout.inputs, model.network.inputs, strict=True):
        calls[value.name] = call.name
    found = Counter[str]()
    for array, size in _sizes(layout, batch, item):
        value = array.values[0]
        found[calls[(value.of or value).layer]] += size
    return found, _work(model, layout, batch) * item


def bytes_of_arrays(layout: Layout, batch: int, item: int) -> int:
    """The bytes of all arrays of a batch."""
    return sum(size for _, size in _sizes(layout, batch, item))


def _sizes(layout: Layout, batch: int, item: int) -> Iterator[tuple[Array, int]]:
    """The arrays that have memory of their own, each with its bytes."""
    for array, buffer in zip(layout.arrays, layout.buffers, strict=True):
        if buffer.same_as is None:
            yield array, _cells(array, batch) * (1 if buffer.bools else item)


def _cells(array: Array, batch: int) -> int:
    """How many numbers it has, where `n` stands for those of the batch."""
    sizes = re.findall(r"\w+", array.shape)  # of `n * 5` it has both
    return prod(batch if size == "n" else int(size) for size in sizes)


def _work(model: ir.Model, layout: Layout, batch: int) -> int:
    """The most numbers that a layer or the update needs in one thread for a moment."""
    share = ceil(batch / (shares_of(model) or 1))
    steps = (*layout.forward, *layout.backward)
    layers = (fixed + share * each for fixed, each in (step.passing for step in steps))
    return max([_of_update(model), *layers])


def _of_update(model: ir.Model) -> int:
    """How many numbers the optimizer needs in one thread for a moment."""
    if model.training is None:
        return 0
    entry = cast(OptimizerEntry, model.training.optimizer.entry)
    trained = [weight.size for weight in model.network.weights if weight.trainable]
    if not (entry.scratch and trained):
        return 0
    return (
        max(trained) if entry.by_weight else min(sum(trained), block_of(sum(trained)))
    )
