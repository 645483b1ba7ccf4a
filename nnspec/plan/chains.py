"""What of a graph scripts cannot compute yet."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec import ir
from nnspec.diagnostics import Diagnostic
from nnspec.source import Span


def unsupported(network: ir.Network) -> Iterable[Diagnostic]:
    """An error at the first call that does not take the value of the one before."""
    before: tuple[str, ...] = ()
    known: set[str] = set()
    for call in network.calls:
        if call.inputs != before:
            yield _error(
                "compiles chains: a layer takes the value of the layer before it",
                call.span,
            )
            return
        weights = {weight.name for weight in call.weights}
        if weights & known:
            yield _error("compiles no weights that are shared", call.trace[0])
            return
        before = (call.name,)
        known |= weights
    if network.outputs != before:
        yield _error("compiles networks with one output", network.calls[-1].span)


def _error(what: str, span: Span) -> Diagnostic:
    message = f"this version of nnspec {what}"
    return Diagnostic("not-supported-yet", "error", message, span)
