"""Builds the graph: operators by their names in ONNX, arrays as constants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnspec import ir
from nnspec.record import EMPTY

Array = np.ndarray[Any, Any]


class Inexpressible(Exception):
    """What ONNX has no operators for; the message ends "ONNX cannot express ..."."""


class Graph:
    """The nodes so far. Values are named after the call that they are made for.

    `masked` says of the values of the network whose steps have a mask, which call makes
    it; the rule of that one puts it into `masks`.
    """

    def __init__(
        self,
        helper: Any,
        arrays: Any,
        weights: Mapping[str, Array],
        masked: Mapping[str, str] = EMPTY,
    ) -> None:
        self._helper, self._arrays, self._weights = helper, arrays, weights
        self._masked = masked
        self.masks: dict[str, str] = {}
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self._numbers = Counter[str]()
        self.scope = ""

    def name(self, what: str) -> str:
        """A name that no value has."""
        stem = f"{self.scope}/{what}"
        self._numbers[stem] += 1
        number = self._numbers[stem]
        return stem if number == 1 else f"{stem}_{number}"

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add an operator; the name of its first output."""
        return self.ops(kind, inputs, 1, **attributes)[0]

    def ops(
        self, kind: str, inputs: tuple[str, ...], count: int, **attributes: object
    ) -> list[str]:
        """Add an operator; the names of its outputs."""
        outputs = [self.name(kind) for _ in range(count)]
        node = self._helper.make_node(
            kind, [*inputs], outputs, name=outputs[0], **attributes
        )
        self.nodes.append(node)
        return outputs

    def array(self, array: Array, name: str = "") -> str:
        """A constant array; numbers that are no integers in float32."""
        name = name or self.name("constant")
        if name not in self.constants:
            kind = np.int64 if array.dtype.kind in "iu" else np.float32
            whole = np.array(array, kind, order="C")
            self.constants[name] = self._arrays.from_array(whole, name)
        return name

    def number(self, value: float) -> str:
        """A constant number."""
        return self.array(np.array(float(value)))

    def integers(self, *values: int) -> str:
        """A constant list of integers, such as axes or a shape."""
        return self.array(np.array(values, np.int64))

    def weight(self, weight: ir.Weight) -> Array:
        """The numbers of a weight."""
        return self._weights[weight.name]

    def weights(self, call: ir.Call) -> dict[str, Array]:
        """Those of a call, by the last part of their names."""
        return {w.name.rpartition("/")[2]: self.weight(w) for w in call.weights}

    def mask(self, call: ir.Call, index: int = 0) -> str | None:
        """The mask (N, steps) of one of the values that a call takes, as bools."""
        if not call.inputs:
            return None
        return self.masks.get(self._masked.get(call.inputs[index], ""))

    def rows(self, x: str, *shape: int) -> str:
        """Values as any number of rows of a shape."""
        return self.op("Reshape", x, self.integers(-1, *shape))

    def as_numbers(self, x: str, kind: int = 1) -> str:
        """Bools as 0 and 1: in float32, or of another type of ONNX."""
        return self.op("Cast", x, to=kind)

    def reshape(self, x: str, *shape: int) -> str:
        """Samples in another shape; of the batch axis ONNX takes what there is."""
        return self.op("Reshape", x, self.integers(0, *shape))

    def affine(self, x: str, factor: Array | None, offset: Array | None) -> str:
        """The values times a factor, plus an offset; none of them is left out."""
        y = x if factor is None else self.op("Mul", x, self.array(factor))
        return y if offset is None else self.op("Add", y, self.array(offset))

    def reduced(self, kind: str, x: str, axes: tuple[int, ...], keep: bool) -> str:
        """The mean, sum or largest value over axes of a batch."""
        return self.op(f"Reduce{kind}", x, self.integers(*axes), keepdims=int(keep))
