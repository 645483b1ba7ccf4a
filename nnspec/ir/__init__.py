"""The model: what a spec means, checked, with every shape and count settled.

Frozen from top to bottom. Shapes are per sample, without the batch axis.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nnspec.ir.data import Data, Folds, Reconstruction, Split, Words
from nnspec.ir.network import Call, Network, Scope, Weight
from nnspec.ir.training import ClassWeight, Objective, Precision, Training
from nnspec.record import Record, replace
from nnspec.table.entry import LayerEntry, Shape

__all__ = [
    "Call",
    "ClassWeight",
    "Data",
    "Folds",
    "Model",
    "Network",
    "Objective",
    "Precision",
    "Reconstruction",
    "Scope",
    "Split",
    "Training",
    "Weight",
    "Words",
]


class Model(Record):
    """A whole spec."""

    name: str
    network: Network
    data: Data | None
    training: Training | None

    @property
    def input_shape(self) -> Shape:
        """The shape of one sample."""
        return self.network.inputs[0].output_shape

    @property
    def output_shape(self) -> Shape:
        """The shape of what comes out for one sample."""
        return self.network.last[0].output_shape

    def by_output(self) -> Iterator[Model]:
        """The model with each of its outputs alone, as if the others were not there.

        Where an output is only predicted, there is no training.
        """
        network = self.network
        for name, output in zip(network.output_names, network.outputs, strict=True):
            alone = replace(network, outputs=(output,), output_names=(name,))
            own = self.training.objectives if self.training else ()
            own = tuple(objective for objective in own if objective.name == name)
            training = self.training and replace(self.training, objectives=own)
            training = training if own else None
            data = self.data and self.data.of_output(name)
            yield replace(self, network=alone, training=training, data=data)

    @property
    def ids(self) -> int | None:
        """How many ids there are, if these are what samples hold."""
        return self.network.ids.get(self.network.inputs[0].name)

    @property
    def sparse(self) -> bool:
        """Whether the first layers take samples as lists of what is not 0 in them."""
        users = self.network.users
        first = [user for call in self.network.inputs for user in users[call.name]]
        able = all(cast(LayerEntry, call.use.entry).sparse for call in first)
        return able and self.data is not None and self.data.sparse is not None
