"""Ways through a network: what comes before a call, after it, and out of it in the end.

All are in the time of what they walk over: each call is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nnspec import ir
from nnspec.table import TABLE
from nnspec.table.entry import LayerEntry, Use, activation_of


def entry_of(call: ir.Call) -> LayerEntry:
    """The entry of the call's layer."""
    assert isinstance(call.use.entry, LayerEntry)  # no other entry is called
    return call.use.entry


def before(network: ir.Network, call: ir.Call) -> tuple[ir.Call, ...]:
    """The calls whose values it takes."""
    return tuple(network.by_name[name] for name in call.inputs)


def after(network: ir.Network, call: ir.Call) -> tuple[ir.Call, ...]:
    """The calls that take its value."""
    return network.users[call.name]


def carried(network: ir.Network, starts: Iterable[str]) -> set[str]:
    """The names of the calls in which something is, or has come from one before."""
    found = set(starts)
    for call in network.calls:
        if not found.isdisjoint(call.inputs):
            found.add(call.name)
    return found


def derived(network: ir.Network) -> set[str]:
    """The names of the calls by whose values the loss's derivative is computed.

    These are all that a trainable weight stands in or before.
    """
    return carried(network, (c.name for c in network.calls if c.trainable_parameters))


def until(
    network: ir.Network, call: ir.Call, ends: Callable[[ir.Call], bool]
) -> tuple[list[ir.Call], list[ir.Call]]:
    """The calls between a call and the first that end each way from it, and these."""
    between, ended = dict[str, ir.Call](), dict[str, ir.Call]()
    left = list(after(network, call))
    while left:
        found = left.pop()
        if found.name in between or found.name in ended:
            continue
        if ends(found):
            ended[found.name] = found
        else:
            between[found.name] = found
            left += after(network, found)
    return [*between.values()], [*ended.values()]


def activations(network: ir.Network) -> dict[str, Use | None]:
    """The activation that the values of each call come of, `linear` if of none.

    None where it cannot be told: where values of several are merged.
    """
    found = dict[str, Use | None]()
    for call in network.calls:
        entry = entry_of(call)
        linear = Use(TABLE["activation"]["linear"], {}, call.span)
        uses = [found[name] for name in call.inputs]
        names = {use.entry.name if use else None for use in uses}
        known = not names or names == {"linear"}
        if use := activation_of(call.use):
            found[call.name] = use
        elif entry.keeps_values or (entry.stays_within and len(names) == 1):
            found[call.name] = uses[0]
        else:  # a sum of what is linear is linear
            found[call.name] = linear if known or len(uses) == 1 else None
    return found
