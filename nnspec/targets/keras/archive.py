"""A network as a `.keras` file, which Keras opens without the code of any spec."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nnspec import ir
from nnspec.diagnostics import Diagnostic, SpecError
from nnspec.source import Source
from nnspec.table.entry import Use
from nnspec.targets.keras.names import FUNCTIONS, OWN
from nnspec.targets.keras.network import plan_network, uses_within
from nnspec.targets.keras.own import Own
from nnspec.targets.keras.spelling import is_function, plain

_HELP = (
    "export it to `.weights.h5`, or write its script: `nnspec compile --target keras`"
)


def archive(keras: Any, model: ir.Model, weights: bytes) -> bytes:
    """The bytes of the file; `weights` are those of a `.weights.h5` file.

    Keras itself builds the network, loads them and saves it, uncompiled. Raises
    `SpecError` for what could not be opened without code.
    """
    if faults := tuple(needing_code(model.network)):
        raise SpecError(Source(model.name, ""), faults)
    precision = keras.config.floatx()
    keras.config.set_floatx(model.training.precision if model.training else "float32")
    try:
        network = _built(keras, model)
    finally:
        keras.config.set_floatx(precision)
    with tempfile.TemporaryDirectory() as place:
        given, whole = Path(place, "model.weights.h5"), Path(place, "model.keras")
        given.write_bytes(weights)
        network.load_weights(given)
        network.save(whole)
        return whole.read_bytes()


def _built(keras: Any, model: ir.Model) -> Any:
    """The network, by the same lines as in a script."""
    lines = ["def build_model():", *plan_network(model, Own()).lines]
    names: dict[str, Any] = {"keras": keras, "NAME": model.name}
    exec("\n    ".join(lines), names)  # Code of the compiler's: no text of a spec is
    return names["build_model"]()


def needing_code(network: ir.Network) -> Iterator[Diagnostic]:
    """An error for each call of what is not in Keras, or not by its name alone."""
    for call in network.calls:
        for use in uses_within(call.use):
            if why := _why(use, within=use is not call.use):
                message = f"a `.keras` file has no code: {why}"
                yield Diagnostic(
                    "not-supported-yet", "error", message, call.span, _HELP
                )


def _why(use: Use, *, within: bool) -> str | None:
    name = use.entry.name
    if use.entry.definition:
        return f"`{name}` is a definition of the spec"
    if name in OWN:
        return f"Keras has no `{name}` that computes the same"
    if name in FUNCTIONS and within:
        return f"Keras mistakes the shape of `{name}` within another layer"
    if is_function(use) and not plain(use):
        return f"Keras knows the activation `{name}` by its name, without arguments"
    return None
