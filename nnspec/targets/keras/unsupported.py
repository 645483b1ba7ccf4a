"""What of a spec has no script of Keras yet."""

from __future__ import annotations

from collections.abc import Iterator

from nnspec import ir
from nnspec.diagnostics import Diagnostic
from nnspec.source import Span
from nnspec.targets.keras.names import FORGOTTEN, FUNCTIONS
from nnspec.targets.keras.network import uses_within

_HELP = "leave it out, or compile the script of NumPy: without `--target keras`"


def unsupported(model: ir.Model) -> Iterator[Diagnostic]:
    """An error for each thing that Keras cannot express, or this target not yet."""
    for call in model.network.calls:
        name = call.use.entry.name
        for use in uses_within(call.use):
            if use is not call.use and use.entry.name in FUNCTIONS:
                what = f"`{use.name}` within `{call.use.name}`"
                yield _error(f"{what}, whose shape it mistakes", call.span)
        if name in FORGOTTEN:
            yield _error(f"`{name}`, whose kernel Keras forgets on JAX", call.span)


def _error(what: str, span: Span) -> Diagnostic:
    message = f"a script of Keras has no {what}"
    return Diagnostic("not-supported-yet", "error", message, span, _HELP)
