"""The layer that a network should end in, to have what the labels are compared with."""

from __future__ import annotations

from nnspec import ir
from nnspec.diagnostics import Edit, Fix
from nnspec.table.training_entry import LossEntry


def ending(
    units: int, loss: LossEntry, last: ir.Call, activation: str | None = None
) -> Fix:
    """The layer that the network should end in, changed from the one that it has."""
    if loss.outputs == "probabilities":
        activation = loss.fused or activation
    layer = f"dense({units}, {activation})" if activation else f"dense({units})"
    spans = last.use.spans
    edits = [Edit(spans["units"], str(units))] if "units" in spans else []
    if edits and activation and "activation" in spans:
        edits.append(Edit(spans["activation"], activation))
    return Fix(f"end the network in `{layer}`", *edits)
