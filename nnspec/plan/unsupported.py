"""What of a network scripts cannot compute yet."""

from __future__ import annotations

from collections.abc import Iterable

from nnspec import ir
from nnspec.diagnostics import Diagnostic
from nnspec.source import Span


def unsupported(network: ir.Network) -> Iterable[Diagnostic]:
    """An error at the second input, and at the second output."""
    for call in network.inputs[1:2]:
        yield _error("compiles networks with one input", call.span)
    for call in network.last[1:2]:
        yield _error("compiles networks with one output", call.span)


def _error(what: str, span: Span) -> Diagnostic:
    message = f"this version of nnspec {what}"
    return Diagnostic("not-supported-yet", "error", message, span)
