"""Masks: which steps of a sequence only fill it up, and the layers that go by that."""

from __future__ import annotations

from nnspec import ir
from nnspec.diagnostics import Diagnostics, Note


def verify_masks(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Warn of layers that drop a mask, and report those that cannot go by one yet."""
    network = model.network
    for call in network.calls:
        masks = {network.masks.get(name) for name in call.inputs} - {None}
        makers = [network.by_name[name] for name in masks if name]
        if not makers or call.mask == "makes":
            continue
        if call.mask == "refuses":
            _report(call, f"masks within `{call.use.name}`", makers[0], diagnostics)
        elif len(makers) > 1 and call.mask != "attends":
            _report(call, "values with several masks", makers[0], diagnostics)
        elif call.mask == "drops" or _lost(call, network):
            _warn(call, makers[0], diagnostics)
    if model.training is None:
        return
    for last in network.last:
        if maker := network.masks.get(last.name):
            what = "losses of sequences with a mask"
            _report(last, what, network.by_name[maker], diagnostics)


def _lost(call: ir.Call, network: ir.Network) -> bool:
    """Whether a merge takes values of which some have no mask."""
    return call.mask == "passes" and call.name not in network.masks


def _warn(call: ir.Call, maker: ir.Call, diagnostics: Diagnostics) -> None:
    name = call.use.name
    diagnostics.warning(
        "mask-dropped",
        f"`{name}` takes no mask: it goes by all steps, and so do the layers after it",
        call.span,
        help="put a recurrent layer or `global_average_pooling1d` before it, which go "
        f"by the mask, or leave out that of `{maker.use.name}`",
        notes=[Note(maker.span, "makes the mask")],
    )


def _report(call: ir.Call, what: str, maker: ir.Call, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "not-supported-yet",
        f"this version of nnspec has no {what}",
        call.span,
        help="put a recurrent layer or `global_average_pooling1d` before it, which go "
        "by the mask and give one value",
        notes=[Note(maker.span, "makes the mask")],
    )
