"""Which losses a spec speaks for, where the one that is written is not known."""

from __future__ import annotations

from collections.abc import Iterator

from nnspec.bind import Binder
from nnspec.diagnostics import exactly
from nnspec.syntax import nodes

#: Activations whose outputs are probabilities.
_PROBABILITIES = ("softmax", "sigmoid")


def likely_losses(
    network: nodes.Network | None, data: nodes.Data | None, binder: Binder
) -> frozenset[str]:
    """Names of losses, and `probabilities` if that is what the network gives."""
    units, activation = _ending(network, binder)
    found = {"probabilities"} if activation in _PROBABILITIES else set()
    if units == 1 and activation != "softmax":
        found.add(
            "binary_crossentropy" if activation == "sigmoid" else "mean_squared_error"
        )
    elif units is not None:
        one_hot = "one_hot(target)" in _labels(data)
        found.add(f"{'' if one_hot else 'sparse_'}categorical_crossentropy")
    return frozenset(found)


def _ending(
    network: nodes.Network | None, binder: Binder
) -> tuple[int | None, str | None]:
    """The units and the activation that the network ends in, as far as is written."""
    activation: str | None = None
    layers = [
        s
        for s in (network.body if network else ())
        if isinstance(s, nodes.Layer) and s.call.name.text != "output"
    ]
    for layer in reversed(layers):
        for name in _names(layer.call):
            activation = activation or exactly(name, binder.library["activation"])
        for argument in layer.call.arguments:
            value = binder.scope.resolve(argument.value)
            if value and isinstance(value.value, int):
                return value.value, activation
    return None, activation


def _names(call: nodes.Call) -> Iterator[str]:
    """The last part of each name in a call, its own the last."""
    for value in (*(a.value for a in call.arguments), call):
        match value:
            case nodes.Call(name=name):
                yield name.text.rpartition(".")[2]
            case nodes.Name(text=text) | nodes.Text(value=text):
                yield text.rpartition(".")[2]


def _labels(data: nodes.Data | None) -> Iterator[str]:
    for call in data.calls if data else ():
        for argument in call.arguments:
            if isinstance(argument.value, nodes.Name):
                yield f"{call.name.text}({argument.value.text})"
