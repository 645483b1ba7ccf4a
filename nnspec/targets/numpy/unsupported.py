"""What of a spec scripts cannot compute yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from nnspec import ir
from nnspec.analyze.shares import kept_whole
from nnspec.diagnostics import Diagnostic
from nnspec.source import Span
from nnspec.table.data_entry import SourceEntry, TransformEntry, reshapes, takes_whole
from nnspec.table.entry import Use


def unsupported(model: ir.Model, *, bare: bool) -> Iterable[Diagnostic]:
    """An error for what does not go with several inputs or outputs yet."""
    network = model.network
    for what, calls in (("inputs", network.inputs), ("outputs", network.last)):
        if len(calls) > 1:
            yield from _of_data(model, what)
    sliding = model.data.sliding if model.data else None
    if sliding and bare:
        yield _error(
            "compiles no bare scripts of windows",
            sliding[0].span,
            "compile without `--bare`",
        )


def not_by_ranks(model: ir.Model) -> Iterator[Diagnostic]:
    """An error for what goes by whole batches, of which each process has a share."""
    for what, span in kept_whole(model, model.training) if model.training else ():
        yield Diagnostic(
            "not-by-ranks",
            "error",
            f"{what} goes by the whole batch, of which each process has a share",
            span,
            "do without it, or compile without `--mpi`",
        )


def _of_data(model: ir.Model, what: str) -> Iterator[Diagnostic]:
    data = model.data
    if data is None:
        return
    if data.sliding and data.sliding[1].own:
        use, _ = data.sliding
        help = "give the network one input, which takes the characters"
        if what == "outputs":
            help = "let the last layer alone be an output"
        yield _error(f"has no `{use.name}` for several {what}", use.span, help)
        return
    if data.reconstruct:
        yield _error(
            f"has no `reconstruct` for several {what}",
            data.reconstruct.span,
            "name the samples as the labels, too, where they are in files: "
            '`npz("data.npz", y="x_train")`',
        )
    for use in _left_out(data) if what == "inputs" else ():
        yield _error(
            f"has no `{use.name}` for one of several {what}",
            use.span,
            _without(use, model),
        )


def _left_out(data: ir.Data) -> Iterator[Use]:
    """The transforms that take samples of several inputs for one."""
    for use in data.transforms:
        entry = cast(TransformEntry, use.entry)
        of_table = cast(SourceEntry, data.source.entry).table and takes_whole(use)
        if entry.takes != "numbers" or entry.sparse or of_table:
            yield use


def _without(use: Use, model: ir.Model) -> str:
    """The way out for a transform that one of several inputs cannot have."""
    if reshapes(use):
        shape = use.arguments["target_shape"]
        return f"write the layer `reshape{shape}` after the input instead"
    if takes_whole(use):
        return "take arrays of images, by `npz` or `npy`"
    name = model.network.inputs[0].name
    if cast(TransformEntry, use.entry).takes == "texts":
        if cast(SourceEntry, cast(ir.Data, model.data).source.entry).table:
            return f"name the input that takes the words: `of={name}`"
        return "give the network one input, which all may take"
    return "let an `embedding` look the ids up, or give arrays of 0 and 1"


def _error(what: str, span: Span, help: str) -> Diagnostic:
    message = f"this version of nnspec {what}"
    return Diagnostic("not-supported-yet", "error", message, span, help)
