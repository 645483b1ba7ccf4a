"""The summary for programs."""

from __future__ import annotations

from typing import Any

from nnspec.summary.counts import Summary


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
