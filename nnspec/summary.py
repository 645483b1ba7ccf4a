"""What a model amounts to: parameters, FLOPs and memory, for people and programs."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import Any, cast

from nnspec import ir
from nnspec.table.entry import Layer, Optimizer, Shape

_BATCH_SIZE = 32  # of a spec without training, as in Keras
_COLUMNS = 80
_LEFT, _RIGHT = "<", ">"
_END = 4  # letters of a name, or "on_1"
_HEADER = ("Layer (type)", "Output Shape", "Param #", "FLOPs", "Connected to")
_ALIGN = (_LEFT, _LEFT, _RIGHT, _RIGHT, _LEFT)


@dataclass(frozen=True)
class LayerSummary:
    """A layer; shapes and FLOPs are for one sample."""

    name: str
    type: str
    output_shape: Shape
    parameters: int
    trainable_parameters: int
    inputs: tuple[str, ...]
    forward_flops: int


@dataclass(frozen=True)
class Memory:
    """What training holds in memory, in bytes.

    `parameters` are the weights alone. `optimizer` is what the optimizer keeps for each
    trainable weight; nothing where there is no training section. `activations` are the
    outputs of all layers for a batch and the loss's derivatives by them; what stands
    before the first trainable weight has no derivative, and a layer that only shapes
    its input anew shares its memory. Sparse samples are not counted: how much there is
    of them, the data tells.
    """

    parameters: int
    gradients: int
    optimizer: int
    activations: int

    @property
    def total(self) -> int:
        """All of it, the gradients of the trainable weights included."""
        return self.parameters + self.gradients + self.optimizer + self.activations


@dataclass(frozen=True)
class Summary:
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
        return _item_size(self.precision)


def summarize(model: ir.Model, batch_size: int | None = None) -> Summary:
    """The summary; `batch_size` (default: the spec's, else 32) is for the memory."""
    training = model.training
    size = batch_size or (training.batch_size if training else _BATCH_SIZE)
    precision = training.precision if training else "float32"
    layers = tuple(
        LayerSummary(
            name=layer.name,
            type=layer.use.entry.name,
            output_shape=layer.output_shape,
            parameters=layer.parameters,
            trainable_parameters=layer.trainable_parameters,
            inputs=layer.inputs,
            forward_flops=layer.flops,
        )
        for layer in model.layers
    )
    memory = _memory(model, size, _item_size(precision))
    backward = _backward_flops(model.layers)
    return Summary(model.name, layers, backward, memory, size, precision, model.sparse)


def _item_size(precision: ir.Precision) -> int:
    return 8 if precision == "float64" else 4


def _derived(layers: tuple[ir.Layer, ...]) -> list[bool]:
    """Of each layer's output, whether the loss's derivative by it is computed."""
    return list(accumulate((y.trainable_parameters > 0 for y in layers), operator.or_))


def _memory(model: ir.Model, batch_size: int, item: int) -> Memory:
    values = sum(
        prod(layer.output_shape) * (1 + derived)
        for layer, derived in zip(model.layers, _derived(model.layers), strict=True)
        if cast(Layer, layer.use.entry).step != "view"
        and not (model.sparse and not layer.inputs)
    )
    return Memory(
        parameters=model.parameters * item,
        gradients=model.trainable_parameters * item,
        optimizer=_kept(model) * item,
        activations=values * batch_size * item,
    )


def _kept(model: ir.Model) -> int:
    """How many numbers the optimizer keeps from one update to the next."""
    if model.training is None:
        return 0
    use = model.training.optimizer
    entry = cast(Optimizer, use.entry)
    shapes = (weight.shape for weight in model.weights if weight.trainable)
    slots = len(entry.kept(use.arguments))
    return model.trainable_parameters * slots + entry.factored(shapes)


def _backward_flops(layers: tuple[ir.Layer, ...]) -> int:
    """FLOPs of one sample's share of the backward pass.

    Nothing is derived by weights that are not trainable, nor by what stands before the
    first that are.
    """
    total = 0
    for layer, below in zip(layers, [False, *_derived(layers)], strict=False):
        shapes = layer.input_shape, layer.output_shape
        count = cast(Layer, layer.use.entry).count_derivative
        by_weights, by_input = count(*shapes, layer.use.arguments)
        total += by_weights * (layer.trainable_parameters > 0) + by_input * below
    return total


# -- For programs ----------------------------------------------------------------------


def as_json(summary: Summary) -> dict[str, Any]:
    """The summary as plain data; shapes are per sample."""
    return {
        "model": summary.model,
        "layers": [
            {
                "name": layer.name,
                "type": layer.type,
                "output_shape": list(layer.output_shape),
                "parameters": layer.parameters,
                "trainable_parameters": layer.trainable_parameters,
                "inputs": list(layer.inputs),
                "forward_flops": layer.forward_flops,
            }
            for layer in summary.layers
        ],
        "total_parameters": summary.total_parameters,
        "trainable_parameters": summary.trainable_parameters,
        "non_trainable_parameters": summary.non_trainable_parameters,
        "forward_flops": summary.forward_flops,
        "backward_flops": summary.backward_flops,
        "memory_bytes": {
            "parameters": summary.memory.parameters,
            "optimizer": summary.memory.optimizer,
            "activations": summary.memory.activations,
            "total": summary.memory.total,
        },
        "sparse": summary.sparse,
    }


# -- For people ------------------------------------------------------------------------


def text(summary: Summary, *, boxes: bool = True) -> str:
    """A table and totals in 80 columns, in ASCII unless `boxes` may be drawn."""
    dots = "…" if boxes else "..."
    rows = [_HEADER, *(_row(layer) for layer in summary.layers)]
    widths = _fit([max(map(len, column)) for column in zip(*rows, strict=True)])
    (v, h), corners = ("│─", "┌┬┐├┼┤└┴┘") if boxes else ("|-", "+++++++++")

    def rule(left: str, middle: str, right: str) -> str:
        return left + middle.join(h * (width + 2) for width in widths) + right

    def line(row: tuple[str, ...]) -> str:
        cells = (
            f" {_cut(cell, width, dots):{align}{width}} "
            for cell, width, align in zip(row, widths, _ALIGN, strict=True)
        )
        return v + v.join(cells) + v

    table = [
        rule(*corners[:3]),
        line(_HEADER),
        rule(*corners[3:6]),
        *map(line, rows[1:]),
        rule(*corners[6:]),
    ]
    name = "".join(c if c.isprintable() else "?" for c in summary.model)
    title = _cut(f"Model: {name}", _COLUMNS, dots)
    totals = [f"{label}: {value}" for label, value in _totals(summary)]
    return "\n".join([title, *table, *totals]) + "\n"


def markdown(summary: Summary) -> str:
    """The table and the totals in Markdown."""
    rules = [":--" if align == _LEFT else "--:" for align in _ALIGN]
    rows = [_HEADER, tuple(rules), *(_row(layer) for layer in summary.layers)]
    table = [f"| {' | '.join(row)} |" for row in rows]
    totals = [
        f"{'  ' * label.startswith(' ')}- {label.strip()}: {value}"
        for label, value in _totals(summary)
    ]
    name = "".join(c if c.isprintable() and c != "`" else "?" for c in summary.model)
    return "\n".join([f"## `{name}`", "", *table, "", *totals]) + "\n"


def _row(layer: LayerSummary) -> tuple[str, ...]:
    sizes = ", ".join(map(str, layer.output_shape))
    return (
        f"{layer.name} ({layer.type})",
        f"(None, {sizes})" if sizes else "(None,)",
        f"{layer.parameters:,}",
        f"{layer.forward_flops:,}"
        if layer.forward_flops < 1e9
        else f"{layer.forward_flops:.3e}",
        ", ".join(layer.inputs) or "-",
    )


def _totals(summary: Summary) -> list[tuple[str, str]]:
    """Labels and values; a label that is indented is a part of one before it."""
    memory = summary.memory

    def counted(parameters: int) -> str:
        return f"{parameters:,} ({_bytes(parameters * summary.item_size)})"

    sparse = [("Sparse", "zeros of the input are passed over; FLOPs count them")]
    sparse = sparse if summary.sparse else []
    return [
        ("Total params", counted(summary.total_parameters)),
        ("Trainable params", counted(summary.trainable_parameters)),
        ("Non-trainable params", counted(summary.non_trainable_parameters)),
        ("Forward FLOPs per sample", f"{summary.forward_flops:,}"),
        ("Backward FLOPs per sample", f"{summary.backward_flops:,}"),
        *sparse,
        (
            f"Memory for a batch of {summary.batch_size:,} in {summary.precision}",
            _bytes(memory.total),
        ),
        ("  parameters", _bytes(memory.parameters)),
        ("  gradients", _bytes(memory.gradients)),
        ("  optimizer", _bytes(memory.optimizer)),
        ("  activations", _bytes(memory.activations)),
    ]


def _bytes(count: int) -> str:
    """A size as Keras tells it: a KB is 1024 bytes."""
    size, unit = float(count), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{count} B" if unit == "B" else f"{size:,.2f} {unit}"


def _fit(widths: list[int]) -> list[int]:
    """The widths, the widest texts narrowed until a line fits."""
    room = _COLUMNS - 3 * len(widths) - 1
    texts = [i for i, align in enumerate(_ALIGN) if align == _LEFT]
    while sum(widths) > room:
        widest = max(texts, key=lambda i: widths[i])
        widths[widest] -= 1
    return widths


def _cut(cell: str, width: int, dots: str) -> str:
    """What fits; the end of a long name stays, by which it is known from others."""
    name = cell.partition(" ")[0]
    if len(name) > width:
        end = name[-min(_END, width // 3) :]
        return name[: width - len(dots) - len(end)] + dots + end
    return cell if len(cell) <= width else cell[: width - len(dots)] + dots
