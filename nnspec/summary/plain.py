"""The summary for programs."""

from __future__ import annotations

from typing import Any

from nnspec.summary.counts import Summary
from nnspec.summary.fields import Field


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
                "activation_bytes": layer.activation_bytes,
                "receptive_field": _plain(layer.receptive_field),
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
            "gradients": summary.memory.gradients,
            "optimizer": summary.memory.optimizer,
            "activations": summary.memory.activations,
            "work": summary.memory.work,
            "total": summary.memory.total,
        },
        "sparse": summary.sparse,
    }


def _plain(field: Field) -> list[int] | str | None:
    return [*field] if isinstance(field, tuple) else field
