"""The formulas of a spec as entries of its library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from nnspec.analyze.formulas.activation import activation_entry
from nnspec.analyze.formulas.fault import Fault
from nnspec.analyze.formulas.head import Head, head_of
from nnspec.analyze.formulas.layer import layer_entry
from nnspec.analyze.formulas.loss import loss_entry
from nnspec.analyze.names import Definition
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.library import Library
from nnspec.record import replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table.entry import ActivationEntry, Entry
from nnspec.table.kinds import AlreadyReported
from nnspec.table.layers import as_layer

#: What is made of each kind of formula.
_ENTRIES: Mapping[str, Callable[[Head], Entry]] = {
    "activation": activation_entry,
    "layer": layer_entry,
    "loss": loss_entry,
}


def define(defined: Iterable[Definition], binder: Binder) -> Binder:
    """The binder that knows the formulas of a spec, too; errors are reported.

    What is at fault is known to it by its name, so that its uses tell nothing more.
    """
    groups = binder.library.own.get("layer", {})
    own: dict[str, dict[str, Entry]] = {
        "activation": {},
        "layer": dict(groups),
        "loss": {},
    }
    reported = set(binder.reported)
    for statement in defined:
        if not isinstance(statement, nodes.Formula):
            continue
        known = replace(binder, library=Library(own=own), reported=frozenset(reported))
        name = statement.name.text
        try:
            entry = _ENTRIES[statement.kind](head_of(statement, known))
        except Fault as fault:
            reported.add(name)
            tell(fault, binder.diagnostics)
        except AlreadyReported:
            reported.add(name)
        else:
            own[statement.kind][name] = entry
            if isinstance(entry, ActivationEntry):
                own["layer"][name] = as_layer(entry)
    return replace(binder, library=Library(own=own), reported=frozenset(reported))


def tell(fault: Fault, diagnostics: Diagnostics) -> None:
    """Report a fault, unless that is done."""
    if fault.code:
        diagnostics.error(fault.code, fault.message, fault.span, help=fault.help)


def places_of(entries: Mapping[str, Entry]) -> dict[str, Span]:
    """Where each formula is defined."""
    known = {name: entry.definition for name, entry in entries.items()}
    return {name: found.place for name, found in known.items() if found}
