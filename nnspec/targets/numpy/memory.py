"""What the arrays of a batch hold: the same that a script makes."""

from __future__ import annotations

import re
from collections import Counter
from math import prod

from nnspec import ir
from nnspec.targets.numpy.names import weight_attributes
from nnspec.targets.numpy.network import lay_out
from nnspec.targets.numpy.values import Array


def bytes_of_arrays(model: ir.Model, batch: int, item: int) -> Counter[str]:
    """The bytes of the arrays of each call, by its name, for a batch of samples.

    `item` are the bytes of a number. What arrays share is counted with the first one.
    """
    layout = lay_out(model, weight_attributes(model.network.weights))
    calls = {str(attribute): name for name, attribute in layout.names.items()}
    for value, call in zip(layout.inputs, model.network.inputs, strict=True):
        calls[value.name] = call.name
    found = Counter[str]()
    for array, buffer in zip(layout.arrays, layout.buffers, strict=True):
        if buffer.same_as is None:
            value, size = array.values[0], 1 if buffer.bools else item
            found[calls[(value.of or value).layer]] += _cells(array, batch) * size
    return found


def _cells(array: Array, batch: int) -> int:
    """How many numbers it has, where `n` stands for those of the batch."""
    sizes = re.findall(r"\w+", array.shape)  # of `n * 5` it has both
    return prod(batch if size == "n" else int(size) for size in sizes)
